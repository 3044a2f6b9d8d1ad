"""Addresses of counseling notes."""

from django.urls import path

from records.views import counseling, counseling_share

urlpatterns = [
    path("people/<uuid:person_id>/counseling-notes/", counseling.note_list, name="counseling-list"),
    path("people/<uuid:person_id>/counseling-notes/new/", counseling.note_new, name="counseling-new"),
    path("counseling-notes/<uuid:note_id>/", counseling.note, name="counseling-note"),
    path("counseling-notes/<uuid:note_id>/co-sign/", counseling.note_cosign, name="counseling-cosign"),
    path("counseling-notes/<uuid:note_id>/share/", counseling_share.note_share, name="counseling-share"),
]
