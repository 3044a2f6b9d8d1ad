"""Opening, changing and closing a referral: the need itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.actions import record
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from records.references import new_reference
from referrals.actions.links import revoke_links
from referrals.actions.steps import clear_next_step, lock_offer, lock_referral, move, set_next_step
from referrals.choices import LIVE, Outcome, ReferralStatus
from referrals.models import Referral


def _staff(by: Any, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied


@transaction.atomic
def open_referral(*, episode: Any, need: dict, by: Any, now: datetime, determination: Any = None) -> Referral:
    """Open the one referral of an episode. Raises Conflict when there is one, Refused when it is closed."""
    _staff(by, "referrals.offer_send")
    episode = lock_episode(episode.pk)
    if episode.status != "open":
        raise Refused("episode_closed", "This episode is closed. Start a new one first.")
    try:
        with transaction.atomic():
            referral = Referral.objects.create(
                data_key=episode.person.data_key,
                episode=episode,
                determination=determination,
                reference=new_reference(),
                need=need,
                owner=by,
                opened_at=now,
                next_due_at=now,
            )
    except IntegrityError as error:
        if refusal_code(error) != "referrals_referral_one_open":
            raise
        raise Conflict("There is an open referral for this person already.") from error
    record("referral.opened", by=by, obj=referral, person=episode.person_id, episode=episode.pk)
    return referral


@transaction.atomic
def change_need(*, referral_id: UUID, need: dict, by: Any, now: datetime) -> Referral:
    """Change what the person needs; offers already out keep what they were sent with."""
    _staff(by, "referrals.offer_send")
    referral = _open(lock_referral(referral_id))
    changed = sorted(key for key in need if need[key] != referral.need.get(key))
    referral.need = need
    referral.save(update_fields=["need"])
    record("referral.need_changed", by=by, obj=referral, person=referral.episode.person_id, fields=changed)
    set_next_step(referral, now=now)
    return referral


@transaction.atomic
def close_referral(*, referral_id: UUID, outcome: str, by: Any, now: datetime) -> Referral:
    """Close the need: live offers end, links die. Raises Refused without an outcome, Conflict when closed."""
    _staff(by, "referrals.offer_send")
    if outcome not in Outcome.values:
        raise Refused("outcome_needed", "Select how this referral ended", field="outcome")
    referral = _open(lock_referral(referral_id))
    for offer_id in referral.offers.filter(status__in=LIVE).values_list("pk", flat=True):
        offer = lock_offer(offer_id, by=by, now=now)
        if offer.status in {"draft", "sent", "opened", "question", "waitlisted", "on_hold"}:
            move(offer, "withdraw", by=by, now=now, reason="referral_closed")
        else:
            move(offer, "close", by=by, now=now, reason=outcome)
        revoke_links(offer, by=by, now=now, why="closed")
    return finish(referral, outcome=outcome, by=by, now=now)


def finish(referral: Referral, *, outcome: str, by: Any, now: datetime) -> Referral:
    """Mark a locked referral closed. Its offers must have ended."""
    referral.status, referral.outcome, referral.closed_at = ReferralStatus.CLOSED, outcome, now
    clear_next_step(referral)
    referral.save()
    record("referral.closed", by=by, obj=referral, person=referral.episode.person_id, outcome=outcome)
    return referral


def _open(referral: Referral) -> Referral:
    if referral.status != ReferralStatus.OPEN:
        raise Conflict("This referral is closed.")
    return referral
