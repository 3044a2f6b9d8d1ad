"""Keeping what was said between the center and a partner."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.errors import Conflict, Refused
from referrals.actions.steps import lock_offer, permitted, set_next_step
from referrals.choices import LIVE, ContactOutcome, MessageKind
from referrals.models import Offer, OfferMessage
from referrals.rules.deadlines import FARTHEST
from referrals.workflow import OFFER


def write_message(
    offer: Offer,
    *,
    kind: str,
    text: str,
    by: Any,
    now: datetime,
    outcome: str = "",
    said_by: str = "",
) -> OfferMessage:
    """Keep one line of the conversation about a locked offer."""
    actor = Actor.of(by)
    return OfferMessage.objects.create(
        data_key=offer.data_key,
        offer=offer,
        kind=kind,
        text=text,
        outcome=outcome,
        said_by=said_by or None,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )


@transaction.atomic
def log_contact(
    *,
    offer_id: UUID,
    kind: str,
    by: Any,
    now: datetime,
    text: str = "",
    outcome: str = ContactOutcome.REACHED,
    said_by: str = "",
    next_contact_at: datetime | None = None,
    expected_back_on: date | None = None,
) -> OfferMessage:
    """Write down a call with a partner, or a fax sent, and when the next contact is due.

    Only a call that reached somebody counts as having heard from them: a silence goes on through calls
    that nobody took. Without a time, the next contact is due by the rules.
    """
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["accept"], by)
    if offer.status not in LIVE:
        raise Conflict("This offer has ended.")
    outcome = _checked(kind, outcome, text, next_contact_at, now)
    message = write_message(
        offer, kind=kind, text=text.strip(), by=by, now=now, outcome=outcome, said_by=said_by
    )
    heard = outcome == ContactOutcome.REACHED
    if heard:
        offer.last_heard_at = now
        offer.expected_back_on = expected_back_on or offer.expected_back_on
    if heard or next_contact_at is not None:
        offer.next_contact_at = next_contact_at
    offer.save(update_fields=["last_heard_at", "expected_back_on", "next_contact_at"])
    record(
        "offer.contact_logged",
        by=by,
        obj=offer,
        person=offer.referral.episode.person_id,
        kind=str(kind),
        outcome=str(outcome),
    )
    set_next_step(offer.referral, now=now)
    return message


def _checked(kind: str, outcome: str, text: str, next_contact_at: datetime | None, now: datetime) -> str:
    """Return the outcome that counts: a fax has none. Raises Refused for what does not fit."""
    if kind not in {MessageKind.CALL, MessageKind.FAX}:
        raise Refused("kind", "Select a call or a fax", field="kind")
    if kind == MessageKind.FAX:
        outcome = ""
    elif outcome not in ContactOutcome.values:
        raise Refused("outcome", "Select what came of the call", field="outcome")
    if not text.strip() and outcome in {"", ContactOutcome.REACHED}:
        raise Refused("text", "Enter what was said or sent", field="text")
    if next_contact_at is not None and next_contact_at <= now:
        raise Refused("time", "The time must be later than now", field="next_contact_at")
    if next_contact_at is not None and next_contact_at > now + FARTHEST:
        raise Refused("time", "Enter a time within two weeks", field="next_contact_at")
    return outcome
