"""Episodes and assessments, for staff."""

from django.urls import URLPattern, URLResolver, path

from intake.views import (
    about,
    again,
    assessment,
    authorizations,
    autosave,
    benefit_summary,
    calls,
    coverage,
    episodes,
    follow_ups,
    instruments,
    medicines,
    notice_worklist,
    paper,
    pauses,
    paying,
    prefills,
    printed,
    safety,
    screens,
    sections,
    uses,
    versions,
)
from intake.views.emergency_first import BESIDE, emergency_first

urlpatterns: list[URLPattern | URLResolver] = [
    path("about/", about.about, name="about"),
    path("episodes/without-notice/", notice_worklist.without_notice, name="without-notice"),
    path("episodes/new/", episodes.start, name="episode-start"),
    path("episodes/new/<uuid:person_id>/", again.start_again, name="episode-again"),
    path("episodes/<uuid:episode_id>/resume/", again.resume, name="episode-resume"),
    path("episodes/<uuid:episode_id>/pause/", pauses.pause, name="pause"),
    path("episodes/<uuid:episode_id>/safety-check/", safety.check, name="safety-check"),
    path("episodes/<uuid:episode_id>/safety-check/<uuid:check_id>/", safety.stop, name="safety-stop"),
    path("episodes/<uuid:episode_id>/medicines/", medicines.medicines, name="medicines"),
    path("episodes/<uuid:episode_id>/use/", uses.report, name="report-use"),
    path("episodes/<uuid:episode_id>/instruments/", instruments.overview, name="instruments"),
    path(
        "episodes/<uuid:episode_id>/instruments/give/<int:form_number>/",
        instruments.give,
        name="instrument-give",
    ),
    path(
        "episodes/<uuid:episode_id>/instruments/elsewhere/<int:form_number>/",
        instruments.outside,
        name="instrument-outside",
    ),
    path(
        "episodes/<uuid:episode_id>/instruments/<uuid:record_id>/", instruments.one, name="instrument-record"
    ),
    path(
        "episodes/<uuid:episode_id>/instruments/<uuid:record_id>/correct/",
        instruments.correct,
        name="instrument-correct",
    ),
    path(
        "episodes/<uuid:episode_id>/follow-ups/<uuid:follow_up_id>/",
        follow_ups.follow_up,
        name="safety-follow-up",
    ),
    path(
        "episodes/<uuid:episode_id>/follow-ups/<uuid:follow_up_id>/take/",
        follow_ups.take,
        name="follow-up-take",
    ),
    path(
        "episodes/<uuid:episode_id>/follow-ups/<uuid:follow_up_id>/close/",
        follow_ups.close,
        name="follow-up-close",
    ),
    path("episodes/<uuid:episode_id>/coverage/", coverage.overview, name="coverage"),
    path("episodes/<uuid:episode_id>/coverage/plan/", coverage.policy_new, name="policy-new"),
    path(
        "episodes/<uuid:episode_id>/coverage/plan/<uuid:policy_id>/end/",
        coverage.policy_end,
        name="policy-end",
    ),
    path("episodes/<uuid:episode_id>/coverage/call/", coverage.check, name="coverage-check"),
    path("episodes/<uuid:episode_id>/coverage/summary/", benefit_summary.give, name="benefit-summary-give"),
    path(
        "episodes/<uuid:episode_id>/coverage/summary/<uuid:disclosure_id>/",
        benefit_summary.summary,
        name="benefit-summary",
    ),
    path("episodes/<uuid:episode_id>/coverage/waive/", coverage.waive, name="coverage-waive"),
    path("episodes/<uuid:episode_id>/coverage/ways/", paying.way_new, name="way-new"),
    path("episodes/<uuid:episode_id>/coverage/ways/<uuid:way_id>/", paying.way_done, name="way-done"),
    path("episodes/<uuid:episode_id>/coverage/estimate/", paying.estimate, name="estimate"),
    path("self-pay-prices/", paying.rates, name="self-pay-rates"),
    path("episodes/<uuid:episode_id>/coverage/authorization/", authorizations.ask, name="authorization-ask"),
    path(
        "episodes/<uuid:episode_id>/coverage/authorization/<uuid:authorization_id>/",
        authorizations.answer,
        name="authorization-answer",
    ),
    path(
        "episodes/<uuid:episode_id>/coverage/authorization/<uuid:authorization_id>/use/",
        authorizations.use,
        name="authorization-use",
    ),
    path(
        "episodes/<uuid:episode_id>/coverage/authorization/<uuid:authorization_id>/close/",
        authorizations.close,
        name="authorization-close",
    ),
    path("paper/<slug:serial>/", paper.paper_form, name="paper-form"),
    path("episodes/<uuid:episode_id>/paper/", paper.begin, name="paper-begin"),
    path("episodes/<uuid:episode_id>/paper/finish/", paper.finish, name="paper-finish"),
    path("episodes/<uuid:episode_id>/assessment/", assessment.overview, name="assessment"),
    path("episodes/<uuid:episode_id>/assessment/print/", printed.assessment, name="assessment-print"),
    path("episodes/<uuid:episode_id>/assessment/hold/", assessment.hold, name="assessment-hold"),
    path("episodes/<uuid:episode_id>/assessment/resume/", assessment.resume, name="assessment-resume"),
    path("episodes/<uuid:episode_id>/assessment/check/", assessment.check, name="assessment-check"),
    path("episodes/<uuid:episode_id>/assessment/dropped/", calls.dropped, name="call-dropped"),
    path("episodes/<uuid:episode_id>/assessment/do-not-stop/", screens.do_not_stop, name="do-not-stop"),
    path("episodes/<uuid:episode_id>/callback/<uuid:callback_id>/", calls.callback, name="callback"),
    path("episodes/<uuid:episode_id>/assessment/<slug:section>/save/", autosave.save, name="autosave"),
    path("episodes/<uuid:episode_id>/assessment/<slug:section>/here/", autosave.here, name="here"),
    path("episodes/<uuid:episode_id>/assessment/correct/", versions.correct, name="assessment-correct"),
    path("episodes/<uuid:episode_id>/assessment/give-up/", versions.drop, name="correction-drop"),
    path("episodes/<uuid:episode_id>/questions/<uuid:question_id>/", versions.answer, name="question-answer"),
    path(
        "episodes/<uuid:episode_id>/assessment/<slug:section>/before/",
        prefills.review,
        name="assessment-before",
    ),
    path(
        "episodes/<uuid:episode_id>/assessment/<slug:section>/", sections.section, name="assessment-section"
    ),
]

for _one in urlpatterns:
    if isinstance(_one, URLPattern) and "<uuid:episode_id>" in str(_one.pattern) and _one.name not in BESIDE:
        _one.callback = emergency_first(_one.callback)
