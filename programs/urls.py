"""Reviews, clearances, beds and admissions."""

from django.urls import URLPattern, URLResolver, path

from programs.views import admissions, clearances, places, reviews

app_name = "programs"

_EPISODE = "episodes/<uuid:episode_id>"
_CLEARANCE = "clearances/<uuid:clearance_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("reviews/", reviews.review_list, name="review-list"),
    path("reviews/<uuid:episode_id>/", reviews.review, name="review"),
    path("reviews/<uuid:episode_id>/rate/", reviews.rate, name="rate"),
    path("reviews/<uuid:episode_id>/decide/", reviews.decide, name="decide"),
    path(f"{_EPISODE}/admission/", admissions.readiness, name="readiness"),
    path(f"{_EPISODE}/admission/admit/", admissions.admit, name="admit"),
    path(f"{_EPISODE}/admission/ob-contact/", admissions.ob_contact, name="ob-contact"),
    path(f"{_EPISODE}/clearance/new/", clearances.paper, name="clearance-new"),
    path(f"{_EPISODE}/clearance/request/", admissions.request_clearance, name="clearance-request"),
    path(f"{_EPISODE}/bed/", places.hold, name="bed-hold"),
    path(f"{_CLEARANCE}/", clearances.detail, name="clearance"),
    path(f"{_CLEARANCE}/accept/", clearances.accept, name="clearance-accept"),
    path(f"{_CLEARANCE}/verify/", clearances.verify, name="clearance-verify"),
    path(f"{_CLEARANCE}/reject/", clearances.reject, name="clearance-reject"),
    path(f"{_CLEARANCE}/revoke/", clearances.revoke, name="clearance-revoke"),
    path("beds/", places.bed_board, name="bed-board"),
    path("beds/<uuid:bed_id>/hold/", places.hold_for, name="bed-hold-for"),
    path("beds/<uuid:bed_id>/out/", places.take_out, name="bed-take-out"),
    path("beds/uses/<uuid:use_id>/release/", places.release, name="bed-release"),
    path("stays/<uuid:admission_id>/", places.stay, name="stay"),
]
