"""Who may open a record: care teams, restricted records, emergencies."""

from django.urls import URLPattern, URLResolver, path

from records.views import break_glass, care_team, restricted

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:person_id>/team/", care_team.team, name="team"),
    path("people/<uuid:person_id>/team/hand-over/", care_team.hand_over, name="team-hand-over"),
    path("people/<uuid:person_id>/restricted/", restricted.restricted, name="restricted"),
    path("emergency-access/close/", break_glass.close, name="break-glass-close"),
    path("team/<uuid:member_id>/end/", care_team.end, name="team-end"),
    path("team/hand-my-list-over/", care_team.hand_list_over, name="list-hand-over"),
]
