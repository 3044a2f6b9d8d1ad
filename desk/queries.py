"""Pages of people, by keyset: the next page begins after the last row of this one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from intake.models import Episode
from intake.queries import episodes_for
from records.models import Person
from records.queries import find_people, people_for
from records.queries.people import people_who_sound_like

PAGE = 25


@dataclass(frozen=True)
class Page:
    """Rows, and the address part that leads to the next page ("" at the end)."""

    rows: list[Any]
    after: str


def _episodes(people: list[Person], user: Any) -> None:
    """Put `open_episodes` and `closed_episodes` on people, newest first, of merged records too."""
    wholes = {person.whole for person in people}
    found = episodes_for(user).filter(person__whole__in=wholes).select_related("owner", "person")
    by_person: dict[UUID, list[Episode]] = {}
    for episode in found.order_by("-opened_at", "-id"):
        by_person.setdefault(episode.person.whole, []).append(episode)
    for person in people:
        of_person = by_person.get(person.whole, [])
        person.open_episodes = [one for one in of_person if one.status == "open"]
        person.closed_episodes = [one for one in of_person if one.status != "open"]


def newest_people(user: Any, after: str = "") -> Page:
    """Return a page of the people `user` may open, newest first; a mangled `after` begins anew."""
    people = people_for(user).filter(merged_into__isnull=True).order_by("-created_at", "id")
    stamp, _, last = after.partition("~")
    at, row = moment_of(stamp), uuid_of(last)
    if at is not None and row is not None:
        people = people.filter(Q(created_at__lt=at) | Q(created_at=at, id__gt=row))
    rows = list(people[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    _episodes(rows, user)
    return Page(rows, f"{rows[-1].created_at.isoformat()}~{rows[-1].pk}" if more else "")


def moment_of(text: str) -> datetime | None:
    """Return the moment that a text means, None when it means none."""
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def uuid_of(text: str) -> UUID | None:
    """Return the id that a text is, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def person_by_reference(text: str) -> Person | None:
    """Return whose reference this is, of a person or an episode, out of anybody's scope: for emergencies."""
    episodes = Episode.objects.filter(reference=text).values("person")
    found = (
        Person.objects.filter(Q(reference=text) | Q(pk__in=episodes)).select_related("merged_into").first()
    )
    return found.merged_into or found if found else None


def search_people(
    user: Any, *, name: str = "", phone: str = "", date_of_birth: str = "", reference: str = ""
) -> list[Person]:
    """Return up to a page of people who match everything given (`phone` as E.164), exact ones first.

    A name may be misspelt; the rest is exact. Each person's `how` says in words how the match came about.
    """
    exact = list(_exactly(user, name, phone, date_of_birth, reference)[:PAGE])
    alike: list[Person] = []
    if name and not reference:
        known = {person.pk for person in exact}
        found = people_who_sound_like(user, name, phone=phone, date_of_birth=date_of_birth)
        alike = [person for person in found if person.pk not in known]
    people = [*exact, *alike][:PAGE]
    for person in people:
        person.how = "Exactly as typed" if person in exact else "Sounds or looks alike"
    people = _standing(people, user)
    _episodes(people, user)
    return people


def _standing(people: list[Person], user: Any) -> list[Person]:
    """Put the record that stands for a merged one in its place, once."""
    wanted = [person.merged_into_id for person in people if person.merged_into_id]
    standing = people_for(user).in_bulk(wanted) if wanted else {}
    shown: dict[UUID, Person] = {}
    for person in people:
        one = standing.get(person.merged_into_id, person)
        if one is not person and one.pk not in shown:
            one.how = f"{person.how}: in {person.reference}, which was merged into this record"
        shown.setdefault(one.pk, one)
    return list(shown.values())


def _exactly(user: Any, name: str, phone: str, date_of_birth: str, reference: str) -> QuerySet[Person]:
    found = find_people(user, name=name, phone=phone, date_of_birth=date_of_birth)
    if not reference:
        return found
    text = reference.strip().upper()
    mine = Episode.objects.filter(reference=text).values("person")
    named = people_for(user).filter(Q(reference=text) | Q(pk__in=mine))
    return named.filter(pk__in=found.values("pk")) if name or phone or date_of_birth else named


def on_file_by_id(person_id: str) -> Person:
    """Return somebody whom this session's own search found outside its user's list."""
    return Person.objects.get(pk=person_id)
