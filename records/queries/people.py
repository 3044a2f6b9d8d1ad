"""Scoped reads of people: what a user may see, before anything else is asked."""

from typing import Any

from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    Func,
    OuterRef,
    Q,
    QuerySet,
)

from records.indexes import INDEX_COLUMNS, index_of
from records.models import BreakGlass, CareTeam, Person
from records.sounds import index_of_sounds, is_like


class NowOfQuery(Func):
    """SQL app_now_of_query(): app_now() marked stable, so that PostgreSQL may plan a join around it."""

    function = "app_now_of_query"
    template = "%(function)s()"
    output_field = DateTimeField()


def active_members() -> QuerySet[CareTeam]:
    """The rows of care teams that count now: not ended, and not past the time they were for."""
    return CareTeam.objects.filter(Q(until__isnull=True) | Q(until__gt=NowOfQuery()), ended_at__isnull=True)


def people_for(user: Any) -> QuerySet[Person]:
    """Return the people whose records `user` may open; nobody for roles that don't work with people.

    Supervisors: everybody. Others: the people whose care team they are on by name or by their role; a
    restricted person's only by name. The team of a record counts for those merged with it. While a request
    reads in an emergency (`records.break_glass`), also the one record that was opened.
    """
    if not user.has_perm("records.person_read"):
        return Person.objects.none()
    if user.has_perm("records.restricted_read"):
        return Person.objects.all()
    hidden = ExpressionWrapper(OuterRef("restricted"), output_field=BooleanField())
    mine = Q(user=user) | Q(role=user.role, hidden=False)
    whole = {"person__whole": OuterRef("whole")}
    on_team = Exists(active_members().alias(hidden=hidden).filter(mine, **whole))
    if getattr(user, "reads_in_emergency", False):
        return Person.objects.filter(on_team | Exists(live_break_glass(user).filter(**whole)))
    return Person.objects.filter(on_team)


def same_person(person: Person) -> QuerySet[Person]:
    """Return the ids of the records that are of this person: its own, and those merged with it.

    A subquery, for `person__in=`: it is read with the query that it stands in, so it holds in that moment.
    """
    whole = Person.objects.filter(pk=person.pk).values("whole")
    return Person.objects.order_by().filter(whole__in=whole).values("pk")


def live_break_glass(user: Any) -> QuerySet[BreakGlass]:
    """The record that `user` has opened in an emergency, while it lasts: one row or none."""
    return BreakGlass.objects.filter(user=user, closed_at__isnull=True, ends_at__gt=NowOfQuery())


def opened_by_break_glass_only(user: Any, person: Person) -> bool:
    """Whether nothing but an emergency opening lets `user` (or an Actor) see the person's record.

    Such an opening is for reading and for safety documentation: never for the door out or an admission.
    """
    if not hasattr(user, "has_perm") or user.has_perm("records.restricted_read"):
        return False
    opened = live_break_glass(user).filter(person__in=same_person(person))
    return opened.exists() and not is_on_team(user, person)


def is_on_team(user: Any, person: Person) -> bool:
    """Whether `user` is on the person's care team by name, or by role for a record without restriction."""
    mine = Q(user=user) if person.restricted else Q(user=user) | Q(role=user.role)
    return active_members().filter(mine, person__in=same_person(person)).exists()


def find_people(user: Any, *, name: str = "", phone: str = "", date_of_birth: str = "") -> QuerySet[Person]:
    """Return people that match every given value exactly (after folding case, accents and spacing)."""
    given = {"name": name, "phone": phone, "date_of_birth": date_of_birth}
    wanted = {INDEX_COLUMNS[field]: index_of(field, value) for field, value in given.items() if value}
    if not wanted or None in wanted.values():
        return Person.objects.none()
    return people_for(user).filter(**wanted).order_by("-created_at", "id")


CANDIDATES = 500


def people_who_sound_like(user: Any, name: str, *, phone: str = "", date_of_birth: str = "") -> list[Person]:
    """Return people of `user` whose name sounds or looks like `name`; phone and date of birth stay exact.

    Looks at the newest 500 that share a sound, and compares the names themselves.
    """
    sounds = index_of_sounds([name])
    if not sounds:
        return []
    found = people_for(user).filter(name_sounds__overlap=sounds)
    for field, value in (("phone", phone), ("date_of_birth", date_of_birth)):
        if value:
            found = found.filter(**{INDEX_COLUMNS[field]: index_of(field, value)})
    newest = found.order_by("-created_at", "id")[:CANDIDATES]
    return [one for one in newest if is_like(name, one.name) or is_like(name, one.preferred_name or "")]


def on_file_elsewhere(
    user: Any, *, name: str = "", phone: str = "", date_of_birth: str = ""
) -> QuerySet[Person]:
    """Return exact matches of everything given that are not on `user`'s list; never restricted ones.

    Only their references may be shown.
    """
    given = {"name": name, "phone": phone, "date_of_birth": date_of_birth}
    wanted = {INDEX_COLUMNS[field]: index_of(field, value) for field, value in given.items() if value}
    if not wanted or None in wanted.values() or not user.has_perm("records.person_read"):
        return Person.objects.none()
    found = Person.objects.filter(restricted=False, **wanted).exclude(pk__in=people_for(user).values("pk"))
    return found.order_by("-created_at", "id")
