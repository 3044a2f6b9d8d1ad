"""Episodes and assessments, for staff."""

from django.urls import URLPattern, URLResolver, path

from intake.views import assessment, episodes, notice_worklist, safety, sections, uses

urlpatterns: list[URLPattern | URLResolver] = [
    path("episodes/without-notice/", notice_worklist.without_notice, name="without-notice"),
    path("episodes/new/", episodes.start, name="episode-start"),
    path("episodes/<uuid:episode_id>/safety-check/", safety.check, name="safety-check"),
    path("episodes/<uuid:episode_id>/safety-check/<uuid:check_id>/", safety.stop, name="safety-stop"),
    path("episodes/<uuid:episode_id>/use/", uses.report, name="report-use"),
    path("episodes/<uuid:episode_id>/assessment/", assessment.overview, name="assessment"),
    path("episodes/<uuid:episode_id>/assessment/hold/", assessment.hold, name="assessment-hold"),
    path("episodes/<uuid:episode_id>/assessment/resume/", assessment.resume, name="assessment-resume"),
    path("episodes/<uuid:episode_id>/assessment/check/", assessment.check, name="assessment-check"),
    path(
        "episodes/<uuid:episode_id>/assessment/<slug:section>/", sections.section, name="assessment-section"
    ),
]
