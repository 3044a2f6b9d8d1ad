"""Scoped reads of care teams: who works with a person, who did, and whom one could add."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import WORKING_ROLES
from records.models import CareTeam, Person
from records.queries.people import active_members, people_for, same_person


def members_for(user: Any) -> QuerySet[CareTeam]:
    """The memberships, past and present, of the people whose records `user` may open."""
    return CareTeam.objects.filter(person__in=people_for(user)).select_related(
        "person__data_key", "user", "added_by", "ended_by"
    )


def team_of(user: Any, person: Person) -> tuple[list[CareTeam], list[CareTeam]]:
    """Return who is on a person's team now, and who was, newest first."""
    rows = list(members_for(user).filter(person__in=same_person(person)).order_by("-since", "id"))
    present = set(active_members().filter(person__in=same_person(person)).values_list("pk", flat=True))
    return [row for row in rows if row.pk in present], [row for row in rows if row.pk not in present]


def colleagues_of(user: Any) -> QuerySet[User]:
    """Whom `user` can hand people to: everybody else who works with people, by name."""
    working = User.objects.filter(is_active=True, role__in=WORKING_ROLES)
    return working.exclude(pk=user.pk).order_by("display_name", "id")


def colleagues_to_add(user: Any, person: Person) -> QuerySet[User]:
    """Whom one could add to a person's team: who works with people and is not on it by name."""
    on_it = active_members().filter(person__in=same_person(person), user__isnull=False).values("user")
    working = User.objects.filter(Q(is_active=True), role__in=WORKING_ROLES)
    return working.exclude(pk__in=on_it).order_by("display_name", "id")


def my_people(user: Any) -> int:
    """Count the people whose care team `user` is on by name."""
    mine = active_members().filter(user=user).values("person")
    return people_for(user).filter(pk__in=mine).count()
