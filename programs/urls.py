"""Reviews, clearances, beds and admissions."""

from django.urls import URLPattern, URLResolver, path

from intake.views.emergency_first import emergency_first
from programs.views import (
    admissions,
    asking,
    board,
    care_plans,
    checklists,
    claims,
    clearances,
    course,
    family,
    follow_ups,
    overrides,
    places,
    preparing,
    prescriber_calls,
    program_changes,
    programs,
    queue,
    register,
    reviews,
    slots,
    so_far,
    step_reviews,
    versions,
    waitlist,
    what_if,
)

app_name = "programs"

_EPISODE = "episodes/<uuid:episode_id>"
_REVIEW = "reviews/<uuid:episode_id>"
_VERSION = f"{_REVIEW}/versions/<int:number>"
_PROGRAM = "programs/<uuid:program_id>"
_CLEARANCE = "clearances/<uuid:clearance_id>"
_WAITING = "waitlist/<uuid:waitlist_entry_id>"
_SESSION = "family-sessions/<uuid:family_session_id>"
# Every page of an episode waits while nobody wrote what was done about an emergency. This is a part of one.
BESIDE_EMERGENCIES = {"review-news"}

urlpatterns: list[URLPattern | URLResolver] = [
    path("reviews/", queue.review_list, name="review-list"),
    path("reviews/overrides/", overrides.overrides, name="override-list"),
    path("reviews/<uuid:episode_id>/", reviews.review, name="review"),
    path("rules/", register.rules, name="rules"),
    path("reviews/<uuid:episode_id>/course/", course.course, name="course"),
    path("reviews/<uuid:episode_id>/what-if/", what_if.what_if, name="what-if"),
    path("reviews/<uuid:episode_id>/so-far/", so_far.so_far, name="so-far"),
    path("reviews/<uuid:episode_id>/rate/", reviews.rate, name="rate"),
    path("reviews/<uuid:episode_id>/decide/", reviews.decide, name="decide"),
    path(f"{_REVIEW}/start/", claims.start, name="review-start"),
    path(f"{_REVIEW}/take-over/", claims.take_over, name="review-take-over"),
    path(f"{_REVIEW}/ask/", asking.ask, name="ask"),
    path(f"{_REVIEW}/news/", asking.news, name="review-news"),
    path(f"{_REVIEW}/second-view/", claims.second_view, name="second-view"),
    path(f"{_REVIEW}/versions/", versions.version_list, name="version-list"),
    path(f"{_VERSION}/", versions.version, name="version"),
    path(f"{_VERSION}/changes/", versions.compare, name="version-compare"),
    path(f"{_VERSION}/history/<slug:section>/<str:field>/", versions.field_history, name="field-history"),
    path(f"{_EPISODE}/admission/", admissions.readiness, name="readiness"),
    path(f"{_EPISODE}/admission/admit/", admissions.admit, name="admit"),
    path(f"{_EPISODE}/admission/ob-contact/", admissions.ob_contact, name="ob-contact"),
    path(f"{_EPISODE}/checklist/", preparing.checklist, name="checklist"),
    path(f"{_EPISODE}/checklist/print/", checklists.checklist_print, name="checklist-print"),
    path(f"{_EPISODE}/checklist/share/", checklists.checklist_share, name="checklist-share"),
    path(f"{_EPISODE}/arrival/", preparing.arrival, name="arrival"),
    path(f"{_EPISODE}/contacts/", preparing.care_contacts, name="care-contacts"),
    path(f"{_EPISODE}/contacts/<uuid:care_contact_id>/end/", preparing.end_contact, name="care-contact-end"),
    path("open-items/<uuid:open_item_id>/done/", preparing.finish_open_item, name="open-item-done"),
    path("stays/<uuid:admission_id>/undo/", preparing.undo_admission, name="admission-undo"),
    path(f"{_EPISODE}/clearance/new/", clearances.paper, name="clearance-new"),
    path(f"{_EPISODE}/clearance/request/", admissions.request_clearance, name="clearance-request"),
    path(f"{_EPISODE}/bed/", places.hold, name="bed-hold"),
    path(f"{_CLEARANCE}/", clearances.detail, name="clearance"),
    path(f"{_CLEARANCE}/accept/", clearances.accept, name="clearance-accept"),
    path(f"{_CLEARANCE}/verify/", clearances.verify, name="clearance-verify"),
    path(f"{_CLEARANCE}/reject/", clearances.reject, name="clearance-reject"),
    path(f"{_CLEARANCE}/revoke/", clearances.revoke, name="clearance-revoke"),
    path("programs/", programs.program_list, name="program-list"),
    path("waitlist/", waitlist.waiting, name="waitlist"),
    path(f"{_EPISODE}/waitlist/", waitlist.join, name="waiting-of"),
    path(f"{_WAITING}/", waitlist.entry, name="waitlist-entry"),
    path(f"{_WAITING}/reasons/", waitlist.reasons, name="waitlist-reasons"),
    path(f"{_WAITING}/leave/", waitlist.leave, name="waitlist-leave"),
    path(f"{_WAITING}/call/", waitlist.call, name="waitlist-call"),
    path(f"{_WAITING}/offer/", waitlist.offer_place, name="waitlist-offer"),
    path("waitlist/offers/<uuid:place_offer_id>/", waitlist.answer, name="place-offer"),
    path("programs/new/", program_changes.program_new, name="program-new"),
    path(f"{_PROGRAM}/", programs.program_page, name="program"),
    path(f"{_PROGRAM}/history/", programs.program_history, name="program-history"),
    path(f"{_PROGRAM}/history/<int:number>/", programs.program_revision, name="program-revision"),
    path(f"{_PROGRAM}/change/", program_changes.program_change, name="program-change"),
    path(f"{_PROGRAM}/close/", program_changes.program_close, name="program-close"),
    path(f"{_PROGRAM}/beds/new/", program_changes.bed_new, name="program-bed-new"),
    path("beds/<uuid:bed_id>/change/", program_changes.bed_change, name="bed-change"),
    path("beds/", board.bed_board, name="bed-board"),
    path("beds/<uuid:bed_id>/history/", board.history, name="bed-history"),
    path("beds/<uuid:bed_id>/hold/", places.hold_for, name="bed-hold-for"),
    path("beds/<uuid:bed_id>/out/", places.take_out, name="bed-take-out"),
    path("beds/uses/<uuid:use_id>/extend/", places.extend, name="bed-extend"),
    path("beds/uses/<uuid:use_id>/release/", places.release, name="bed-release"),
    path(f"{_PROGRAM}/slots/", board.slot_history, name="slot-history"),
    path(f"{_PROGRAM}/hold/", slots.hold_for, name="slot-hold-for"),
    path("slots/<uuid:slot_hold_id>/extend/", slots.extend, name="slot-extend"),
    path("slots/<uuid:slot_hold_id>/release/", slots.release, name="slot-release"),
    path("stays/<uuid:admission_id>/", places.stay, name="stay"),
    path("stays/<uuid:admission_id>/step-down/", step_reviews.step_review, name="step-review"),
    path(
        "prescriber-calls/<uuid:prescriber_call_id>/",
        prescriber_calls.prescriber_call,
        name="prescriber-call",
    ),
    path(f"{_EPISODE}/plan/", care_plans.care_plan, name="care-plan"),
    path(f"{_EPISODE}/plan/print/", care_plans.care_plan_print, name="care-plan-print"),
    path(f"{_EPISODE}/family/", family.family, name="family"),
    path(f"{_EPISODE}/family/<uuid:family_member_id>/end/", family.family_end, name="family-end"),
    path("family-sessions/", family.family_sessions, name="family-sessions"),
    path(f"{_SESSION}/off/", family.family_session_off, name="family-session-off"),
    path("people/<uuid:person_id>/follow-up/", follow_ups.follow_up, name="follow-up"),
    path("follow-ups/<uuid:call_id>/", follow_ups.follow_up_call, name="follow-up-call"),
]

for _one in urlpatterns:
    if (
        isinstance(_one, URLPattern)
        and "<uuid:episode_id>" in str(_one.pattern)
        and _one.name not in BESIDE_EMERGENCIES
    ):
        _one.callback = emergency_first(_one.callback)
