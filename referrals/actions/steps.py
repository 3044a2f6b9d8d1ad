"""How every offer moves: lock, check, write status, history and trail, and say what is next.

Locks are always taken in the same order: referral, then its offers, then their links. That makes two
partners' answers to one referral take turns, so that the first yes wins.
"""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config.errors import Refused
from config.workflow import Transition, check
from programs.models import MedicalClearance
from referrals.actions.telling import tell_owner
from referrals.choices import ENDED, NextStep, OfferStatus, ReferralStatus, ToldBy
from referrals.models import LateAnswer, Offer, OfferStatusChange, PartnerLink, Referral
from referrals.rules.deadlines import RETURN_HOUR, OfferFacts, most_urgent, person_call_at
from referrals.workflow import BESIDE, OFFER, PARTNER, UNDO


class LinkDead(Refused):
    """The link this partner acts through is over, revoked or locked; nothing about anyone is said."""

    def __init__(self) -> None:
        super().__init__("link_dead", "This link does not work any more.")


@dataclass(frozen=True)
class Told:
    """How a partner told us what staff enter for it: by phone or fax, and who said it there."""

    told_by: str
    said_by: str

    def checked(self) -> "Told":
        """Return this with the name trimmed. Raises Refused without a name or with an unknown channel."""
        name = " ".join(self.said_by.split())
        if not name:
            raise Refused("said_by", "Enter who said it", field="said_by")
        if self.told_by not in ToldBy.values:
            raise Refused("told_by", "Select how they told us", field="told_by")
        return Told(self.told_by, name[:80])


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
        allowed = step.name in PARTNER or step.name in BESIDE or step.name == "open"
    else:
        allowed = by.has_perm(step.permission)
    if not allowed:
        raise PermissionDenied


def move(
    offer: Offer,
    name: str,
    *,
    by: Any,
    now: datetime,
    reason: str = "",
    told: Told | None = None,
    **values: Any,
) -> Offer:
    """Take one step with a locked offer and set `values` on it. Raises Conflict and PermissionDenied.

    A contact that was planned is planned anew after every step.
    """
    step = check(OFFER if name in OFFER else UNDO, name, offer.status, noun="offer")
    permitted(step, by)
    values.setdefault("next_contact_at", None)
    source, offer.status = offer.status, step.target
    for field, value in values.items():
        setattr(offer, field, value)
    if step.target in ENDED:
        offer.ended_at = now
    offer.save()
    write_change(offer, name, source=source, by=by, now=now, reason=reason, told=told)
    record(
        f"offer.{name}",
        by=by,
        obj=offer,
        person=offer.referral.episode.person_id,
        fields=[field for field in values if field not in {"ended_at", "next_contact_at"}],
        source=source,
        target=step.target,
        reason=reason,
        facility=offer.facility_id,
        told_by=told.told_by if told else "",
    )
    return offer


def write_change(
    offer: Offer,
    name: str,
    *,
    by: Any,
    now: datetime,
    source: str = "",
    reason: str = "",
    told: Told | None = None,
) -> None:
    """Write one line of an offer's history; a partner's word that staff enter names who said it."""
    actor = Actor.of(by)
    if told is not None:
        told = told.checked()
        if actor.kind != ActorKind.STAFF:
            raise TypeError("only staff enter what somebody told them")
    elif name == "accept" and actor.kind == ActorKind.STAFF:
        raise Refused("said_by", "Enter who said it", field="said_by")
    change = OfferStatusChange.objects.create(
        offer=offer,
        step=name,
        source=source or offer.status,
        target=offer.status,
        reason=reason,
        told_by=told.told_by if told else "",
        said_by=told.said_by if told else "",
        actor_kind=actor.kind,
        actor_id=actor.id,
        at=now,
    )
    if actor.kind == ActorKind.PARTNER and name != "open":
        tell_owner(offer.referral, str(change.pk))


def facts_of(offer: Offer, *, locked_at: Any = None, late_at: Any = None, clearance: str = "") -> OfferFacts:
    """Take from an offer, and from what hangs on it, what its deadlines depend on."""
    return OfferFacts(
        status=offer.status,
        sent_at=offer.sent_at,
        answer_due_at=offer.answer_due_at,
        review_at=offer.review_at,
        asked_at=offer.asked_at,
        arrival_until=offer.arrival_until,
        last_heard_at=offer.last_heard_at,
        next_contact_at=offer.next_contact_at,
        left_at=offer.left_at,
        back_due_at=back_due(offer),
        locked_at=locked_at,
        late_answer_at=late_at,
        consent_ended_at=offer.consent_ended_at,
        clearance=clearance,
    )


def back_due(offer: Offer) -> datetime | None:
    """Return the moment by which somebody expected back that day should be back; None without a day."""
    if offer.expected_back_on is None:
        return None
    zone = ZoneInfo(settings.CENTER_TIME_ZONE)
    return datetime.combine(offer.expected_back_on, time(RETURN_HOUR), zone)


def all_facts(referral: Referral) -> list[OfferFacts]:
    """Return the facts of every offer of a referral, with locked links, late answers and clearances."""
    offers = list(referral.offers.all())
    locked = PartnerLink.objects.filter(offer__in=offers, revoked_at=None, locked_at__isnull=False)
    locked_at = dict(locked.values_list("offer_id", "locked_at"))
    late = LateAnswer.objects.filter(offer__in=offers, decision="").order_by("-at")
    late_at = dict(late.values_list("offer_id", "at"))
    clearance = _clearance_since(referral, offers)
    return [
        facts_of(
            offer,
            locked_at=locked_at.get(offer.pk),
            late_at=late_at.get(offer.pk),
            clearance=clearance,
        )
        for offer in offers
    ]


def _clearance_since(referral: Referral, offers: list[Offer]) -> str:
    """Return the status of the newest clearance that came while somebody was out; "" when there is none."""
    since = [offer.arrived_at for offer in offers if offer.status == OfferStatus.CLEARANCE_SENT]
    if not since:
        return ""
    found = MedicalClearance.objects.filter(episode_id=referral.episode_id, received_at__gte=since[0])
    return found.order_by("-received_at", "-id").values_list("status", flat=True).first() or ""


def set_next_step(referral: Referral, *, now: datetime, escalate: bool = False) -> None:
    """Store what somebody here must do next, as it follows from the offers. A closed referral asks nothing.

    An open referral never rests without a due time: without offers, choosing a partner is due since the
    moment it became the next step.
    """
    if referral.status != ReferralStatus.OPEN:
        return
    facts = all_facts(referral)
    wanted, due = most_urgent(facts, now)
    statuses = [one.status for one in facts]
    referral.person_call_at = person_call_at(referral.person_call_at, statuses, now)
    waiting_since = referral.next_due_at if referral.next_step == wanted else None
    referral.next_step, referral.next_due_at = wanted, due or waiting_since or now
    if escalate:
        referral.escalated_at = referral.escalated_at or now
    elif referral.next_due_at > now:
        referral.escalated_at = None
    referral.save(update_fields=["next_step", "next_due_at", "escalated_at", "person_call_at"])


def clear_next_step(referral: Referral) -> None:
    """A closed referral asks nothing of anybody."""
    referral.next_step, referral.next_due_at, referral.escalated_at = NextStep.NONE, None, None
    referral.person_call_at = None
