"""Keeping what was said between the center and a partner."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.errors import Refused
from referrals.actions.steps import lock_offer, permitted, set_next_step
from referrals.choices import MessageKind
from referrals.models import Offer, OfferMessage
from referrals.workflow import OFFER


def write_message(offer: Offer, *, kind: str, text: str, by: Any, now: datetime) -> OfferMessage:
    """Keep one line of the conversation about a locked offer."""
    actor = Actor.of(by)
    return OfferMessage.objects.create(
        data_key=offer.data_key,
        offer=offer,
        kind=kind,
        text=text,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )


@transaction.atomic
def log_contact(*, offer_id: UUID, kind: str, text: str, by: Any, now: datetime) -> OfferMessage:
    """Write down a call with a partner, or a fax sent. A call counts as having heard from them."""
    offer = lock_offer(offer_id, by=by, now=now)
    permitted(OFFER["accept"], by)
    if kind not in {MessageKind.CALL, MessageKind.FAX}:
        raise Refused("kind", "Select a call or a fax", field="kind")
    if not text.strip():
        raise Refused("text", "Enter what was said or sent", field="text")
    message = write_message(offer, kind=kind, text=text, by=by, now=now)
    if kind == MessageKind.CALL:
        offer.last_heard_at = now
        offer.save(update_fields=["last_heard_at"])
    record("offer.contact_logged", by=by, obj=offer, person=offer.referral.episode.person_id, kind=str(kind))
    set_next_step(offer.referral, now=now)
    return message
