"""What looking for people leaves behind, and the end of an episode."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Refused
from desk.queries import search_people
from intake.actions import episodes
from intake.models import Episode
from outbox.submit import once
from programs.actions.beds import end_holds_of
from programs.actions.common import demand
from programs.models import Admission
from records.actions.care_team import join_by_search
from records.choices import TeamReason
from records.models import Person
from records.queries.people import is_on_team, on_file_elsewhere
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
    if Episode.objects.filter(person=person, status="open").exists():
        return None
    return episodes.start_episode(by=by, person=person)


@transaction.atomic
def join_for_emergency(*, by: Any, person: Person) -> None:
    """Join the team of somebody whom medical staff must be told about now. Raises Refused if restricted."""
    demand(by, "records.emergency_disclose")
    if not is_on_team(by, person):
        join_by_search(person=person, by=by, reason=TeamReason.EMERGENCY)


@transaction.atomic
def close_episode(*, by: Any, episode: Episode, reason: str, submit_key: UUID) -> Episode:
    """End an episode and every bed held for it. Raises AlreadyDone when this submit was done before.

    Raises Refused for an unknown reason, or while somebody is admitted or a referral is open, and
    Conflict when the episode was closed already.
    """
    demand(by, "intake.episode_start")
    key = once(submit_key, scope="episode.close", by=by)
    locked = episodes.lock_open_episode(episode.pk)
    if Admission.objects.filter(episode=locked, discharged_at__isnull=True).exists():
        raise Refused("admission_open", "Record the discharge first")
    if Referral.objects.filter(episode=locked, status=ReferralStatus.OPEN).exists():
        raise Refused("referral_open", "Close the referral first")
    closed = episodes.close_episode(by=by, episode=locked, reason=reason)
    end_holds_of(closed, by, clock.now())
    key.done(reverse("desk:person", args=[closed.person_id]))
    return closed
