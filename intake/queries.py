"""Scoped reads of intake: what a user may see, before anything else is asked."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from intake.models import Assessment, Episode
from records.models import NoticeGiven, Person
from records.queries import find_people, people_for
from records.queries.people import on_file_elsewhere


def episodes_for(user: Any) -> QuerySet[Episode]:
    """The episodes whose person's record `user` may open; none for roles that don't work with people."""
    if not user.has_perm("intake.episode_view"):
        return Episode.objects.none()
    return Episode.objects.filter(person__in=people_for(user)).select_related("person__data_key", "owner")


def episodes_without_notice(user: Any) -> QuerySet[Episode]:
    """Return open episodes of people who were not given the patient notice, the oldest first."""
    told = NoticeGiven.objects.filter(person=OuterRef("person")).exclude(answer="later")
    return episodes_for(user).filter(~Exists(told), status="open").order_by("opened_at", "id")


def current_assessment(episode: Episode) -> Assessment | None:
    """The assessment being worked on, else the last one decided."""
    return episode.assessments.order_by("-created_at", "-id").select_related("data_key").first()


def possible_people(user: Any, *, name: str, phone: str) -> list[Person]:
    """People on file with exactly this name or this phone; never chosen by the program."""
    found = {person.pk: person for person in find_people(user, name=name)[:5]}
    if phone:
        found |= {person.pk: person for person in find_people(user, phone=phone)[:5]}
    return list(found.values())


def possible_elsewhere(user: Any, *, name: str, phone: str) -> list[Person]:
    """People off `user`'s list with exactly this name or this phone. Only references may be shown of them."""
    found = {person.pk: person for person in on_file_elsewhere(user, name=name)[:3]}
    if phone:
        found |= {person.pk: person for person in on_file_elsewhere(user, phone=phone)[:3]}
    return list(found.values())
