"""How every offer moves: lock, check, write status, history and trail, and say what is next.

Locks are always taken in the same order: referral, then its offers, then their links. That makes two
partners' answers to one referral take turns, so that the first yes wins.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config.errors import Refused
from config.workflow import Transition, check
from referrals.choices import ENDED, NextStep
from referrals.models import Offer, OfferStatusChange, PartnerLink, Referral
from referrals.rules.deadlines import OfferFacts, most_urgent
from referrals.workflow import OFFER, PARTNER


class LinkDead(Refused):
    """The link this partner acts through is over, revoked or locked; nothing about anyone is said."""

    def __init__(self) -> None:
        super().__init__("link_dead", "This link does not work any more.")


def lock_referral(referral_id: UUID) -> Referral:
    """Lock a referral until the transaction ends. Raises Referral.DoesNotExist."""
    return (
        Referral.objects.select_for_update(of=("self",))
        .select_related("episode__person__data_key")
        .get(pk=referral_id)
    )


def lock_offer(offer_id: UUID, *, by: Any, now: datetime) -> Offer:
    """Lock an offer after its referral; for a partner, also check that the link is still alive.

    Raises Offer.DoesNotExist and LinkDead.
    """
    referral_id = Offer.objects.values_list("referral_id", flat=True).get(pk=offer_id)
    referral = lock_referral(referral_id)
    offer = (
        Offer.objects.select_for_update(of=("self",)).select_related("facility__recipient").get(pk=offer_id)
    )
    offer.referral = referral
    actor = Actor.of(by)
    if actor.kind == ActorKind.PARTNER:
        links = PartnerLink.objects.select_for_update().filter(offer=offer)
        link = links.filter(pk=actor.id).first() if actor.id else None
        if link is None or not link.is_alive(now):
            raise LinkDead
    return offer


def permitted(step: Transition, by: Any) -> None:
    """Raise PermissionDenied unless `by` may take `step`: staff by permission, partners by the table."""
    actor = Actor.of(by)
    if actor.kind == ActorKind.SYSTEM:
        return
    if actor.kind == ActorKind.PARTNER:
        allowed = step.name in PARTNER or step.name == "open"
    else:
        allowed = by.has_perm(step.permission)
    if not allowed:
        raise PermissionDenied


def move(offer: Offer, name: str, *, by: Any, now: datetime, reason: str = "", **values: Any) -> Offer:
    """Take one step with a locked offer and set `values` on it. Raises Conflict and PermissionDenied."""
    step = check(OFFER, name, offer.status, noun="offer")
    permitted(step, by)
    source, offer.status = offer.status, step.target
    for field, value in values.items():
        setattr(offer, field, value)
    if step.target in ENDED:
        offer.ended_at = now
    offer.save()
    actor = Actor.of(by)
    OfferStatusChange.objects.create(
        offer=offer,
        step=name,
        source=source,
        target=step.target,
        reason=reason,
        actor_kind=actor.kind,
        actor_id=actor.id,
        at=now,
    )
    record(
        f"offer.{name}",
        by=by,
        obj=offer,
        person=offer.referral.episode.person_id,
        fields=[field for field in values if field not in {"ended_at"}],
        source=source,
        target=step.target,
        reason=reason,
        facility=offer.facility_id,
    )
    return offer


def facts_of(offer: Offer) -> OfferFacts:
    """Take from an offer what its deadlines depend on."""
    return OfferFacts(
        status=offer.status,
        sent_at=offer.sent_at,
        answer_due_at=offer.answer_due_at,
        review_at=offer.review_at,
        asked_at=offer.asked_at,
        arrival_until=offer.arrival_until,
        last_heard_at=offer.last_heard_at,
    )


def set_next_step(referral: Referral, *, now: datetime, step: str = "", escalate: bool = False) -> None:
    """Store what somebody here must do next; by default what the live offers ask for.

    An open referral never rests without a due time: without offers, choosing a partner is due now.
    """
    wanted, due = most_urgent([facts_of(offer) for offer in referral.offers.all()])
    referral.next_step = step or wanted
    referral.next_due_at = now if step or due is None else due
    if escalate:
        referral.escalated_at = referral.escalated_at or now
    elif referral.next_due_at > now:
        referral.escalated_at = None
    referral.save(update_fields=["next_step", "next_due_at", "escalated_at"])


def clear_next_step(referral: Referral) -> None:
    """A closed referral asks nothing of anybody."""
    referral.next_step, referral.next_due_at, referral.escalated_at = NextStep.NONE, None, None
