"""Who may open a record: care teams."""

from django.urls import URLPattern, URLResolver, path

from records.views import care_team

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/<uuid:person_id>/team/", care_team.team, name="team"),
    path("people/<uuid:person_id>/team/hand-over/", care_team.hand_over, name="team-hand-over"),
    path("team/<uuid:member_id>/end/", care_team.end, name="team-end"),
    path("team/hand-my-list-over/", care_team.hand_list_over, name="list-hand-over"),
]
