"""What partners answer: by their link, or told to us by phone and entered by staff (`by` says which)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.workflow import check
from referrals.actions.messages import write_message
from referrals.actions.offers import end, extend_links
from referrals.actions.steps import lock_offer, move, permitted, set_next_step
from referrals.choices import WAITING, DeclineReason, MessageKind, NextStep, OfferStatus
from referrals.models import Offer
from referrals.rules.deadlines import ANSWER
from referrals.rules.links import expiry_after_acceptance
from referrals.workflow import OFFER

NOT_AGREED = "Tick that you have read the safety alerts"


def _arrival(arrival_from: datetime, arrival_until: datetime, now: datetime) -> None:
    if arrival_until < arrival_from:
        raise Refused("arrival", "The latest arrival must be after the earliest", field="arrival_until")
    if arrival_until <= now:
        raise Refused("arrival", "The latest arrival must be later than now", field="arrival_until")


@transaction.atomic
def accept(
    *,
    offer_id: UUID,
    arrival_from: datetime,
    arrival_until: datetime,
    read_back: bool,
    by: Any,
    now: datetime,
    bed_note: str = "",
    expected_back_on: date | None = None,
) -> Offer:
    """Take the person. The first yes wins: the referral is locked, the other open offers end and are told.

    Raises Conflict when somebody else was first or the offer has ended, Refused for the arrival or a missing
    read-back, LinkDead for a partner whose link is over.
    """
    offer = lock_offer(offer_id, by=by, now=now)
    check(OFFER, "accept", offer.status, noun="offer")
    if not read_back:
        raise Refused("read_back", NOT_AGREED, field="read_back")
    _arrival(arrival_from, arrival_until, now)
    try:
        with transaction.atomic():
            move(
                offer,
                "accept",
                by=by,
                now=now,
                arrival_from=arrival_from,
                arrival_until=arrival_until,
                read_back_at=now,
                bed_note=bed_note,
                expected_back_on=expected_back_on,
                answered_at=now,
                last_heard_at=now,
            )
    except IntegrityError as error:
        if refusal_code(error) != "referrals_offer_one_yes":
            raise
        raise Conflict("Another partner has accepted this referral.") from error
    extend_links(offer, expiry_after_acceptance(arrival_until))
    system = Actor.system()
    others = offer.referral.offers.filter(status__in=WAITING | {OfferStatus.DRAFT}).exclude(pk=offer.pk)
    for other_id in others.values_list("pk", flat=True):
        other = lock_offer(other_id, by=system, now=now)
        end(other, "withdraw", by=system, now=now, reason="accepted_elsewhere", why="withdrawn")
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def decline(*, offer_id: UUID, reason: str, by: Any, now: datetime, note: str = "") -> Offer:
    """Say no with a reason, or take back a yes. The link stays readable and shows the status only."""
    offer = lock_offer(offer_id, by=by, now=now)
    if reason not in DeclineReason.values:
        raise Refused("reason", "Select a reason", field="reason")
    name = "take_back" if offer.status == OfferStatus.ACCEPTED else "decline"
    move(
        offer,
        name,
        by=by,
        now=now,
        reason=reason,
        decline_reason=reason,
        decline_note=note,
        answered_at=now,
        last_heard_at=now,
    )
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def waitlist(*, offer_id: UUID, review_at: datetime, by: Any, now: datetime) -> Offer:
    """Say "not now": the partner expects a bed by `review_at`."""
    offer = lock_offer(offer_id, by=by, now=now)
    if review_at <= now:
        raise Refused("time", "The time must be later than now", field="review_at")
    move(offer, "waitlist", by=by, now=now, review_at=review_at, last_heard_at=now)
    extend_links(offer, review_at)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def ask(*, offer_id: UUID, text: str, by: Any, now: datetime) -> Offer:
    """Ask us something. Before an answer it also moves the offer to Question; later it is only kept."""
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["ask"], by)
    if offer.ended_at is not None:
        raise Conflict("This offer has ended.")
    if not text.strip():
        raise Refused("text", "Enter your question", field="text")
    write_message(offer, kind=MessageKind.QUESTION, text=text, by=by, now=now)
    if offer.status in OFFER["ask"].sources:
        move(offer, "ask", by=by, now=now, asked_at=now, last_heard_at=now)
    else:
        offer.asked_at = offer.last_heard_at = now
        offer.save(update_fields=["asked_at", "last_heard_at"])
        record("offer.asked", by=by, obj=offer, person=offer.referral.episode.person_id)
    set_next_step(offer.referral, now=now, step=NextStep.ANSWER_QUESTION)
    return offer


@transaction.atomic
def answer(*, offer_id: UUID, text: str, by: Any, now: datetime) -> Offer:
    """Answer a partner's question; its answer time starts again."""
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["answer"], by)
    if not text.strip():
        raise Refused("text", "Enter the answer", field="text")
    write_message(offer, kind=MessageKind.ANSWER, text=text, by=by, now=now)
    if offer.status == OfferStatus.QUESTION:
        due = max(offer.answer_due_at or now, now + ANSWER / 2)
        move(offer, "answer", by=by, now=now, asked_at=None, answer_due_at=due)
        extend_links(offer, due)
    else:
        offer.asked_at = None
        offer.save(update_fields=["asked_at"])
        record("offer.answered", by=by, obj=offer, person=offer.referral.episode.person_id)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def arrived(*, offer_id: UUID, arrived_at: datetime, by: Any, now: datetime) -> Offer:
    """Record that the person is there; the days out count from then."""
    offer = lock_offer(offer_id, by=by, now=now)
    if arrived_at > now:
        raise Refused("arrived_at", "The time of arrival can't be in the future", field="arrived_at")
    if offer.sent_at is not None and arrived_at < offer.sent_at:
        raise Refused("arrived_at", "The time of arrival can't be before we asked", field="arrived_at")
    move(offer, "arrive", by=by, now=now, arrived_at=arrived_at, last_heard_at=now)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def no_show(*, offer_id: UUID, by: Any, now: datetime) -> Offer:
    """Record that the person did not come, or that an arrival was a mistake. Somebody here must call now.

    A reserved place is never released by this: a person does that.
    """
    offer = lock_offer(offer_id, by=by, now=now)
    move(offer, "miss", by=by, now=now, arrived_at=None, last_heard_at=now)
    set_next_step(offer.referral, now=now, step=NextStep.MISSING_BETWEEN)
    return offer


@transaction.atomic
def reschedule(
    *, offer_id: UUID, arrival_from: datetime, arrival_until: datetime, by: Any, now: datetime
) -> Offer:
    """Agree on a new arrival time after a no-show."""
    offer = lock_offer(offer_id, by=by, now=now)
    _arrival(arrival_from, arrival_until, now)
    move(
        offer,
        "reschedule",
        by=by,
        now=now,
        arrival_from=arrival_from,
        arrival_until=arrival_until,
        last_heard_at=now,
    )
    extend_links(offer, expiry_after_acceptance(arrival_until))
    set_next_step(offer.referral, now=now)
    return offer
