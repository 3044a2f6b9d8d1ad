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
from records.references import save_new
from referrals.actions.offers import end
from referrals.actions.steps import clear_next_step, lock_offer, lock_referral, set_next_step
from referrals.actions.telling import tell_partner_news
from referrals.choices import HELD, LIVE, WAITING, Outcome, ReferralStatus
from referrals.models import Referral
from referrals.rules.deadlines import person_call_at
from referrals.rules.marks import mark_of


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
            referral = save_new(
                lambda reference: Referral(
                    data_key=episode.person.data_key,
                    episode=episode,
                    determination=determination,
                    reference=reference,
                    need=need,
                    owner=by,
                    opened_at=now,
                    next_due_at=now,
                    person_call_at=person_call_at(None, (), now),
                )
            )
    except IntegrityError as error:
        if refusal_code(error) != "referrals_referral_one_open":
            raise
        raise Conflict("There is an open referral for this person already.") from error
    record("referral.opened", by=by, obj=referral, person=episode.person_id, episode=episode.pk)
    return referral


class Changed(Exception):
    """What is needed is not what the page showed; `now` is what it is."""

    def __init__(self, now: dict) -> None:
        super().__init__("changed")
        self.now = now


@transaction.atomic
def change_need(*, referral_id: UUID, need: dict, by: Any, now: datetime, seen: str = "") -> Referral:
    """Change what the person needs; who has been asked sees the new card at once, and is told that it is new.

    `seen` is the mark of what the page showed: raises Changed when it is something else by now.
    """
    _staff(by, "referrals.offer_send")
    referral = _open(lock_referral(referral_id))
    if seen and seen != mark_of(referral.need):
        raise Changed(referral.need)
    changed = sorted(key for key in need if need[key] != referral.need.get(key))
    referral.need = need
    referral.save(update_fields=["need"])
    record("referral.need_changed", by=by, obj=referral, person=referral.episode.person_id, fields=changed)
    if changed:
        for offer in referral.offers.filter(status__in=WAITING | HELD, consent_ended_at=None).select_related(
            "facility"
        ):
            tell_partner_news(offer, f"need:{offer.pk}:{now.isoformat()}")
    set_next_step(referral, now=now)
    return referral


@transaction.atomic
def close_referral(*, referral_id: UUID, outcome: str, by: Any, now: datetime) -> Referral:
    """Close the need: live offers end, links die and each partner who was asked is told.

    Only an admission closes it as returned. Raises Refused without an outcome, Conflict when closed.
    """
    _staff(by, "referrals.offer_send")
    if outcome not in Outcome.values or outcome == Outcome.RETURNED:
        raise Refused("outcome_needed", "Select how this referral ended", field="outcome")
    referral = _open(lock_referral(referral_id))
    for offer_id in referral.offers.filter(status__in=LIVE).values_list("pk", flat=True):
        offer = lock_offer(offer_id, by=by, now=now)
        if offer.status in HELD:
            end(offer, "close", by=by, now=now, reason=outcome, why="closed")
        else:
            end(offer, "withdraw", by=by, now=now, reason="referral_closed", why="closed")
    return finish(referral, outcome=outcome, by=by, now=now)


def finish(referral: Referral, *, outcome: str, by: Any, now: datetime, admission: Any = None) -> Referral:
    """Mark a locked referral closed, by this admission if it was one. Its offers must have ended."""
    referral.status, referral.outcome, referral.closed_at = ReferralStatus.CLOSED, outcome, now
    referral.admission = admission
    clear_next_step(referral)
    referral.save()
    record("referral.closed", by=by, obj=referral, person=referral.episode.person_id, outcome=outcome)
    return referral


def _open(referral: Referral) -> Referral:
    if referral.status != ReferralStatus.OPEN:
        raise Conflict("This referral is closed.")
    return referral
