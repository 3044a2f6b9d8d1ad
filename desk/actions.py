"""What looking for people leaves behind, and the end of an episode."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Refused
from desk.queries import search_people
from intake.actions import episodes, pauses
from intake.choices import CloseReason
from intake.models import Episode
from intake.rules.resume import PAUSED
from outbox.submit import once
from programs.actions import places
from programs.actions.closing import returns_kept_for
from programs.actions.common import demand
from records.actions.care_team import join_by_search
from records.choices import TeamReason
from records.models import Person
from records.queries.people import is_on_team, on_file_elsewhere, same_person
from referrals.choices import ReferralStatus
from referrals.models import Referral


@transaction.atomic
def search(*, by: Any, asked_in: Any = None, why: str = "", **given: str) -> list[Person]:
    """Search people and record which fields were used and who was found, never what was typed.

    `asked_in` is the request of a family in which somebody searches, and `why` their reason for that.
    """
    found = search_people(by, **given)
    used = [name for name, value in given.items() if value]
    more = {"contact_request": asked_in, "why": why} if asked_in is not None else {}
    record(
        "people.searched", by=by, fields=used, found=[person.pk for person in found], count=len(found), **more
    )
    return found


ELSEWHERE = 5


@transaction.atomic
def search_elsewhere(*, by: Any, **given: str) -> list[Person]:
    """Find exact matches that are not on one's list, and record that their references were shown."""
    found = list(on_file_elsewhere(by, **given)[:ELSEWHERE])
    if found:
        record("people.found_elsewhere", by=by, found=[person.pk for person in found])
    return found


@transaction.atomic
def take_known_caller(*, by: Any, person: Person) -> Episode | None:
    """Join the team of a known person who is calling now, and start an episode unless one is open.

    Returns the new episode. Raises Refused for a restricted record.
    """
    demand(by, "intake.episode_start")
    if not is_on_team(by, person):
        join_by_search(person=person, by=by)
    if Episode.objects.filter(person__in=same_person(person), status="open").exists():
        return None
    return episodes.start_episode(by=by, person=person)


@transaction.atomic
def join_for_emergency(*, by: Any, person: Person) -> None:
    """Join the team of somebody whom medical staff must be told about now. Raises Refused if restricted."""
    demand(by, "records.emergency_disclose")
    if not is_on_team(by, person):
        join_by_search(person=person, by=by, reason=TeamReason.EMERGENCY)


@transaction.atomic
def close_episode(
    *,
    by: Any,
    episode: Episode,
    reason: str,
    submit_key: UUID,
    said: pauses.Said | None = None,
    release_return: bool = False,
) -> Episode:
    """End an episode; holds, waitlist, offers and partners' links end with it, in one transaction.

    A pause (the person stops for now, or contact is lost) also ends an open referral, and keeps what was
    `said`. A place kept for the return is released only when the user says so (`release_return`).
    Raises Refused for an unknown reason, while somebody is admitted, a place is kept for the return or a
    referral is open, Conflict when the episode was closed, AlreadyDone when this submit was done before.
    """
    demand(by, "intake.episode_start")
    key = once(submit_key, scope="episode.close", by=by)
    locked = episodes.lock_open_episode(episode.pk)
    if reason not in PAUSED and Referral.objects.filter(episode=locked, status=ReferralStatus.OPEN).exists():
        raise Refused("referral_open", "Close the referral first")
    if release_return:
        for held in returns_kept_for(locked):
            places.release(held=held, by=by)
    now = clock.now()
    if said is not None and (
        reason == CloseReason.DECLINED_BY_PERSON
        or (reason == CloseReason.LOST_CONTACT and (said.words or said.follow_up_on))
    ):
        pauses.write(episode=locked, said=said, by=by, now=now)
    closed = episodes.close_episode(by=by, episode=locked, reason=reason)
    key.done(reverse("desk:person", args=[closed.person_id]))
    return closed
