"""Who on file may be the same person, for staff only: suggested with reasons, never chosen by the program."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from config.crypto import CannotOpen
from records.indexes import INDEX_COLUMNS, index_of
from records.models import DifferentPeople, Person, PersonMerge
from records.queries.people import on_file_elsewhere, people_for
from records.rules.duplicates import Known, Match, Strength, compare
from records.sounds import index_of_part, parts_of

LOOKED_AT, SHOWN = 100, 5


@dataclass(frozen=True)
class Possible:
    """Somebody on file, and why it may be the same person."""

    person: Person
    match: Match

    @property
    def is_likely(self) -> bool:
        """Whether much speaks for it."""
        return self.match.strength == Strength.LIKELY


def known_of(person: Person) -> Known:
    """Return what is known of a person for the comparison."""
    names = tuple(name for name in (person.name, person.preferred_name) if name)
    return Known(names, person.phone or "", person.date_of_birth or "")


def possible_same(user: Any, known: Known, person: Person | None = None) -> list[Possible]:
    """Return up to 5 people of `user` who may be the one that is known so, the likeliest first.

    Two queries. Left out are `person` itself, what is merged with it, and who was said to be somebody else.
    """
    people = people_for(user).filter(merged_into__isnull=True)
    if person is not None:
        people = people.exclude(whole=person.merged_into_id or person.pk).exclude(_different(person))
    found = {one.pk: one for one in _exact(people, known)} | {one.pk: one for one in _alike(people, known)}
    matches = [Possible(one, match) for one in found.values() if (match := _compare(known, one))]
    matches.sort(key=lambda one: (not one.is_likely, -len(one.match.reasons), one.person.reference))
    return matches[:SHOWN]


def _compare(known: Known, person: Person) -> Match | None:
    """Compare with a record; one that can't be opened is passed over."""
    try:
        return compare(known, known_of(person))
    except CannotOpen:
        return None


def possible_elsewhere(user: Any, known: Known) -> list[Person]:
    """Return people off `user`'s list with the same phone number; only their references may be shown."""
    return list(on_file_elsewhere(user, phone=known.phone)[:3]) if known.phone else []


def _different(person: Person) -> Exists:
    pair = Q(first=person.pk, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=person.pk)
    return Exists(DifferentPeople.objects.filter(pair))


def _exact(people: QuerySet[Person], known: Known) -> QuerySet[Person]:
    """Those with the same phone, date of birth, or whole name."""
    given = [("phone", known.phone), ("date_of_birth", known.born)]
    given += [("name", name) for name in known.names]
    wanted = Q()
    for field, value in given:
        if value:
            wanted |= Q(**{INDEX_COLUMNS[field]: index_of(field, value)})
    return people.filter(wanted).order_by("-created_at", "id")[:LOOKED_AT] if wanted else people.none()


def _alike(people: QuerySet[Person], known: Known) -> QuerySet[Person]:
    """Those of whom the first and the last part of the name sound alike."""
    parts = parts_of(known.names[0]) if known.names else []
    if len(parts) < 2:
        return people.none()
    for part in (parts[0], parts[-1]):
        people = people.filter(name_sounds__overlap=index_of_part(part))
    return people.order_by("-created_at", "id")[:LOOKED_AT]


def merges_of(user: Any, person: Person) -> QuerySet[PersonMerge]:
    """Return the merges of a person's record, asked for, made and undone, newest first.

    They show what both records say, so only those of which `user` may open both.
    """
    people = people_for(user)
    rows = PersonMerge.objects.filter(
        Q(survivor=person) | Q(merged=person), survivor__in=people, merged__in=people
    )
    rows = rows.select_related(
        "data_key", "survivor__data_key", "merged__data_key", "by", "asked_by", "undone_by"
    )
    return rows.order_by("-asked_at", "id")
