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
from records.models import Person
from referrals.choices import ReferralStatus
from referrals.models import Referral


@transaction.atomic
def search(*, by: Any, **given: str) -> list[Person]:
    """Search people and record which fields were used and who was found, never what was typed."""
    found = search_people(by, **given)
    used = [name for name, value in given.items() if value]
    record("people.searched", by=by, fields=used, found=[person.pk for person in found])
    return found


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
