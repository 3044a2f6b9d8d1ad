"""The clearance that comes back from a partner: kept by programs, closed in the offer's workflow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from config.errors import Refused
from config.workflow import check
from intake.actions.episodes import lock_open_episode
from programs.actions import clearances
from records.actions.documents import store
from records.choices import DocumentKind
from referrals.actions.steps import lock_offer, move, set_next_step
from referrals.models import Offer
from referrals.workflow import OFFER


@transaction.atomic
def send_clearance_back(
    *, offer_id: UUID, content: dict[str, Any], by: Any, now: datetime, upload: Any = None
) -> Offer:
    """Hand a partner's clearance to programs, with its paper if there is one, and note it on the offer.

    Raises Refused for an examination before arrival or a file that is not a picture or PDF, Conflict when the
    person is not there. A clinician of ours still has to accept it, and a second person to verify it.
    Locks the episode first, as programs does, then the referral.
    """
    lock_open_episode(Offer.objects.values_list("referral__episode_id", flat=True).get(pk=offer_id))
    offer = lock_offer(offer_id, by=by, now=now)
    check(OFFER, "send_clearance", offer.status, noun="offer")
    if offer.arrived_at is not None and content["examined_at"] < offer.arrived_at:
        raise Refused(
            "examined_at", "The examination can't be before the person arrived", field="examined_at"
        )
    person = offer.referral.episode.person
    document = None
    if upload is not None:
        document = store(person=person, by=by, upload=upload, kind=DocumentKind.CLEARANCE)
    clearances.receive(
        episode=offer.referral.episode,
        content={**content, "facility": offer.facility.recipient.name},
        document=document,
        source_id=offer.pk,
        by=by,
        now=now,
    )
    move(offer, "send_clearance", by=by, now=now, last_heard_at=now)
    set_next_step(offer.referral, now=now)
    return offer
