"""What partners answer: by their link, or told to us by phone and entered by staff (`by` says which)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.workflow import check
from referrals.actions.messages import write_message
from referrals.actions.offers import end, extend_links, soon
from referrals.actions.steps import Told, lock_offer, move, permitted, set_next_step, write_change
from referrals.actions.telling import tell_partner_news
from referrals.choices import WAITING, DeclineReason, MessageKind, OfferStatus
from referrals.models import Offer
from referrals.rules.deadlines import ANSWER, FARTHEST, LONGEST_STAY
from referrals.rules.links import expiry_after_acceptance
from referrals.workflow import BESIDE, OFFER

NOT_AGREED = "Tick that you have read the safety alerts"


def _arrival(arrival_from: datetime, arrival_until: datetime, now: datetime) -> None:
    if arrival_until < arrival_from:
        raise Refused("arrival", "The latest arrival must be after the earliest", field="arrival_until")
    if arrival_until <= now:
        raise Refused("arrival", "The latest arrival must be later than now", field="arrival_until")
    if arrival_until > now + FARTHEST:
        raise Refused("arrival", "Enter a time within two weeks", field="arrival_until")
    if arrival_from < now - timedelta(days=1):
        raise Refused("arrival", "This time is over. Check the day", field="arrival_from")


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
    partner_reference: str = "",
    expected_back_on: date | None = None,
    told: Told | None = None,
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
                told=told,
                arrival_from=arrival_from,
                arrival_until=arrival_until,
                read_back_at=now,
                bed_note=bed_note,
                partner_reference=partner_reference.strip(),
                expected_back_on=expected_back_on,
                calendar_version=offer.calendar_version + 1,
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
def decline(
    *,
    offer_id: UUID,
    reason: str,
    by: Any,
    now: datetime,
    note: str = "",
    next_possible_at: datetime | None = None,
    told: Told | None = None,
) -> Offer:
    """Say no with a reason, or take back a yes. The link stays readable and shows the status only.

    `next_possible_at` is when they could take somebody; the referral's next partner is ours to choose.
    """
    offer = lock_offer(offer_id, by=by, now=now)
    if reason not in DeclineReason.values:
        raise Refused("reason", "Select a reason", field="reason")
    if next_possible_at is not None and next_possible_at <= now:
        raise Refused("time", "The time must be later than now", field="next_possible_at")
    name = "take_back" if offer.status in OFFER["take_back"].sources else "decline"
    move(
        offer,
        name,
        by=by,
        now=now,
        reason=reason,
        told=told,
        next_possible_at=next_possible_at,
        decline_reason=reason,
        decline_note=note,
        answered_at=now,
        last_heard_at=now,
    )
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def waitlist(
    *, offer_id: UUID, review_at: datetime, by: Any, now: datetime, told: Told | None = None
) -> Offer:
    """Say "not now": the partner expects a bed by `review_at`."""
    offer = lock_offer(offer_id, by=by, now=now)
    soon(review_at, now)
    move(offer, "waitlist", by=by, now=now, told=told, review_at=review_at, last_heard_at=now)
    extend_links(offer, review_at + ANSWER)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def ask(*, offer_id: UUID, text: str, by: Any, now: datetime, told: Told | None = None) -> Offer:
    """Ask us something. Before an answer it also moves the offer to Question; later it is only kept."""
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["ask"], by)
    if offer.ended_at is not None:
        raise Conflict("This offer has ended.")
    if not text.strip():
        raise Refused("text", "Enter your question", field="text")
    said_by = told.checked().said_by if told else ""
    write_message(offer, kind=MessageKind.QUESTION, text=text, by=by, now=now, said_by=said_by)
    extend_links(offer, max(offer.answer_due_at or now, now) + ANSWER)
    if offer.status in OFFER["ask"].sources:
        move(offer, "ask", by=by, now=now, told=told, asked_at=now, last_heard_at=now)
    else:
        offer.asked_at = offer.last_heard_at = now
        offer.save(update_fields=["asked_at", "last_heard_at"])
        write_change(offer, "ask", by=by, now=now, told=told)
        record("offer.asked", by=by, obj=offer, person=offer.referral.episode.person_id)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def answer(*, offer_id: UUID, text: str, by: Any, now: datetime) -> Offer:
    """Answer a partner's question; its answer time starts again."""
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["answer"], by)
    if not text.strip():
        raise Refused("text", "Enter the answer", field="text")
    written = write_message(offer, kind=MessageKind.ANSWER, text=text, by=by, now=now)
    tell_partner_news(offer, str(written.pk))
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
def arrived(
    *, offer_id: UUID, arrived_at: datetime, by: Any, now: datetime, told: Told | None = None
) -> Offer:
    """Record that the person is there; the days out count from then."""
    offer = lock_offer(offer_id, by=by, now=now)
    if arrived_at > now:
        raise Refused("arrived_at", "The time of arrival can't be in the future", field="arrived_at")
    if offer.sent_at is not None and arrived_at < offer.sent_at:
        raise Refused("arrived_at", "The time of arrival can't be before we asked", field="arrived_at")
    move(offer, "arrive", by=by, now=now, told=told, arrived_at=arrived_at, last_heard_at=now)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def no_show(*, offer_id: UUID, by: Any, now: datetime, told: Told | None = None) -> Offer:
    """Record that the person did not come, or that an arrival was a mistake. Somebody here must call now.

    A reserved place is never released by this: a person does that.
    """
    offer = lock_offer(offer_id, by=by, now=now)
    version = offer.calendar_version + 1
    move(
        offer,
        "miss",
        by=by,
        now=now,
        told=told,
        arrived_at=None,
        left_at=None,
        last_heard_at=now,
        calendar_version=version,
    )
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def reschedule(
    *,
    offer_id: UUID,
    arrival_from: datetime,
    arrival_until: datetime,
    by: Any,
    now: datetime,
    told: Told | None = None,
) -> Offer:
    """Agree on a new arrival time, before the arrival or after a no-show."""
    offer = lock_offer(offer_id, by=by, now=now)
    _arrival(arrival_from, arrival_until, now)
    move(
        offer,
        "reschedule",
        by=by,
        now=now,
        told=told,
        calendar_version=offer.calendar_version + 1,
        arrival_from=arrival_from,
        arrival_until=arrival_until,
        last_heard_at=now,
    )
    extend_links(offer, expiry_after_acceptance(arrival_until))
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def plan_discharge(
    *, offer_id: UUID, expected_back_on: date, by: Any, now: datetime, told: Told | None = None
) -> Offer:
    """Say on which day they expect to discharge the person; the return is awaited from then on."""
    offer = _held(offer_id, "plan_discharge", by=by, now=now)
    if offer.arrived_at is not None and expected_back_on < center_day(offer.arrived_at) - timedelta(days=1):
        raise Refused("day", "The day can't be before the arrival", field="expected_back_on")
    if expected_back_on > center_day(now + LONGEST_STAY):
        raise Refused("day", "Enter a day within 90 days", field="expected_back_on")
    offer.expected_back_on, offer.last_heard_at, offer.next_contact_at = expected_back_on, now, None
    offer.save(update_fields=["expected_back_on", "last_heard_at", "next_contact_at"])
    _note(offer, "plan_discharge", by=by, now=now, told=told, fields=["expected_back_on"])
    return offer


@transaction.atomic
def left_early(
    *, offer_id: UUID, left_at: datetime, by: Any, now: datetime, note: str = "", told: Told | None = None
) -> Offer:
    """Say that the person left before they were expected to. Somebody here looks for them at once."""
    offer = _held(offer_id, "left_early", by=by, now=now)
    if left_at > now:
        raise Refused("left_at", "The time can't be in the future", field="left_at")
    if offer.arrived_at is not None and left_at < offer.arrived_at:
        raise Refused("left_at", "The time can't be before the arrival", field="left_at")
    if note.strip():
        said_by = told.checked().said_by if told else ""
        write_message(offer, kind=MessageKind.NOTE, text=note, by=by, now=now, said_by=said_by)
    offer.left_at, offer.last_heard_at, offer.next_contact_at = left_at, now, None
    offer.save(update_fields=["left_at", "last_heard_at", "next_contact_at"])
    _note(offer, "left_early", by=by, now=now, told=told, fields=["left_at"])
    return offer


@transaction.atomic
def back_there(*, offer_id: UUID, by: Any, now: datetime, told: Told | None = None) -> Offer:
    """Say that who had left early is at the partner's again; nobody is looked for any more."""
    offer = _held(offer_id, "back_there", by=by, now=now)
    if offer.left_at is None:
        raise Conflict("Nobody said that they had left.")
    offer.left_at, offer.last_heard_at, offer.next_contact_at = None, now, None
    offer.save(update_fields=["left_at", "last_heard_at", "next_contact_at"])
    _note(offer, "back_there", by=by, now=now, told=told, fields=["left_at"])
    return offer


def _held(offer_id: UUID, name: str, *, by: Any, now: datetime) -> Offer:
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(check(BESIDE, name, offer.status, noun="offer"), by)
    return offer


def _note(offer: Offer, name: str, *, by: Any, now: datetime, told: Told | None, fields: list[str]) -> None:
    """Write what changed without a step of the table into history and trail, and say what is next."""
    write_change(offer, name, by=by, now=now, told=told)
    record(f"offer.{name}", by=by, obj=offer, person=offer.referral.episode.person_id, fields=fields)
    set_next_step(offer.referral, now=now)
