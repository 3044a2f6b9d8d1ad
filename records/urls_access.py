"""Who may open a record: care teams, restricted records, emergencies."""

from django.urls import URLPattern, URLResolver, path

from records.views import break_glass, care_team, restricted, same

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:person_id>/team/", care_team.team, name="team"),
    path("people/<uuid:person_id>/team/hand-over/", care_team.hand_over, name="team-hand-over"),
    path("people/<uuid:person_id>/restricted/", restricted.restricted, name="restricted"),
    path("people/<uuid:person_id>/same/", same.same, name="same"),
    path("people/<uuid:person_id>/same/compare/", same.compare, name="same-compare"),
    path("people/<uuid:person_id>/same/different/", same.different, name="same-different"),
    path("people/<uuid:person_id>/same/confirm/", same.confirm, name="same-confirm"),
    path("people/<uuid:person_id>/same/undo/", same.undo, name="same-undo"),
    path("emergency-access/close/", break_glass.close, name="break-glass-close"),
    path("team/<uuid:member_id>/end/", care_team.end, name="team-end"),
    path("team/hand-my-list-over/", care_team.hand_list_over, name="list-hand-over"),
]
