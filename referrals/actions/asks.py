"""What a partner asks of us beside the offer, a new link or a call: kept as a task, ended by one of us."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.crypto import CannotOpen
from config.errors import Conflict, Refused
from records.actions.consents import lock_person
from referrals.actions.messages import write_message
from referrals.actions.offers import Sent, person_of_offer, resend_link, send_offers
from referrals.actions.steps import lock_offer, set_next_step
from referrals.actions.telling import tell_owner, tell_supervisors
from referrals.choices import (
    HELD,
    LIVE,
    WAITING,
    AskKind,
    AskOutcome,
    ContactOutcome,
    MessageKind,
    OfferStatus,
)
from referrals.models import Offer, PartnerAsk, PartnerLink
from referrals.queries import link_of
from referrals.rules import deadlines
from referrals.rules.links import token_hash

log = logging.getLogger("clearway.referrals")
RESENDABLE = WAITING | HELD | {OfferStatus.EXPIRED}
"""When one press sends a link again: the offer is open, or only its time was over."""


def ask_by_address(*, about: str, kind: str, now: datetime, number: str = "") -> PartnerAsk | None:
    """Keep what somebody asks who has an address of ours and no code: a token, or an offer's own page.

    None when the address was never ours; the asker learns nothing of either. Asking twice is asking once.
    """
    found = _about(about)
    if found is None:
        return None
    offer_id, link = found
    return _keep(offer_id, link, kind=kind, number=number, with_code=False, now=now)


def ask_by_link(*, link: PartnerLink, kind: str, now: datetime, number: str = "") -> PartnerAsk | None:
    """Keep what a partner asks who has opened this link with its code. Asking twice is asking once."""
    return _keep(link.offer_id, link, kind=kind, number=number, with_code=True, now=now)


def _about(about: str) -> tuple[UUID, PartnerLink | None] | None:
    link = link_of(token_hash(about))
    if link is not None:
        return link.offer_id, link
    try:
        offer_id = UUID(about)
    except ValueError:
        return None
    known = Offer.objects.filter(pk=offer_id, sent_at__isnull=False).exists()
    return (offer_id, None) if known else None


@transaction.atomic
def _keep(
    offer_id: UUID, link: PartnerLink | None, *, kind: str, number: str, with_code: bool, now: datetime
) -> PartnerAsk | None:
    offer = lock_offer(offer_id, by=Actor.system(), now=now)
    if offer.asks.filter(kind=kind, with_code=with_code, outcome="").exists():
        return None
    try:
        with transaction.atomic():
            kept = PartnerAsk.objects.create(
                data_key=offer.data_key,
                offer=offer,
                link=link,
                kind=kind,
                with_code=with_code,
                number=number or None,
                at=now,
                due_at=now + deadlines.ASKED,
            )
    except CannotOpen:
        # this record is closed: a number can't be kept in it, and the asker must not see a difference
        log.warning("offer %s: its record can't be opened", offer_id)
        return None
    by = Actor.partner(link.pk) if link and with_code else Actor.public()
    record(
        "partner.asked", by=by, obj=kept, person=offer.referral.episode.person_id, offer=offer.pk, kind=kind
    )
    tell_owner(offer.referral, f"asked:{kept.pk}")
    return kept


@transaction.atomic
def end_ask(*, ask_id: UUID, outcome: str, by: Any, now: datetime, text: str = "") -> PartnerAsk:
    """Tick off what a partner asked, with what came of it. A call that reached nobody is due again.

    Raises Conflict when somebody has ended it, Refused for an outcome that does not fit.
    """
    if not by.has_perm("referrals.offer_record"):
        raise PermissionDenied
    ask = _open_ask(ask_id, by=by, now=now)
    if outcome not in {*ContactOutcome.values, AskOutcome.NOT_NEEDED}:
        raise Refused("outcome", "Select what came of it", field="outcome")
    if outcome in ContactOutcome.values:
        _write_call(ask.offer, outcome, text, by=by, now=now)
    if outcome == ContactOutcome.NO_ANSWER:
        ask.tries, ask.due_at = ask.tries + 1, now + deadlines.ASK_AGAIN
        ask.save(update_fields=["tries", "due_at"])
        person = ask.offer.referral.episode.person_id
        record("partner.ask_tried", by=by, obj=ask, person=person, tries=ask.tries)
        return ask
    return _end(ask, outcome, by=by, now=now)


def _write_call(offer: Offer, outcome: str, text: str, *, by: Any, now: datetime) -> None:
    """Write the call into the offer's history; only a call that reached somebody ends a silence."""
    write_message(offer, kind=MessageKind.CALL, text=text.strip(), by=by, now=now, outcome=outcome)
    if outcome == ContactOutcome.REACHED and offer.status in LIVE:
        offer.last_heard_at, offer.next_contact_at = now, None
        offer.save(update_fields=["last_heard_at", "next_contact_at"])
        set_next_step(offer.referral, now=now)


@transaction.atomic
def send_asked_link(*, ask_id: UUID, by: Any, now: datetime, code_to: UUID | None = None) -> Sent:
    """Send the new link that a partner asked for; the old one stays dead.

    An offer whose answer time was over is sent once more, with a new answer time. Raises Conflict when the
    offer ended otherwise or somebody was first, and what sending raises (Refused, PermissionDenied).
    """
    offer_id = PartnerAsk.objects.values_list("offer_id", flat=True).get(pk=ask_id)
    lock_person(person_of_offer(offer_id))
    ask = _open_ask(ask_id, by=by, now=now)
    offer = ask.offer
    if offer.status not in RESENDABLE:
        raise Conflict(f"This offer has ended ({offer.get_status_display()}). Call the partner.")
    if offer.status != OfferStatus.EXPIRED:
        return Sent(offer, resend_link(offer_id=offer.pk, by=by, now=now, code_to=code_to))
    (sent,) = send_offers(
        referral_id=offer.referral_id,
        facilities=[offer.facility],
        by=by,
        now=now,
        answer_due_at=now + deadlines.ANSWER,
        code_to={offer.facility_id: code_to} if code_to else None,
    )
    for one in offer.asks.select_for_update(of=("self",)).filter(kind=AskKind.LINK, outcome=""):
        one.offer = offer
        _end(one, AskOutcome.LINK_SENT, by=by, now=now)
    return sent


def _open_ask(ask_id: UUID, *, by: Any, now: datetime) -> PartnerAsk:
    offer_id = PartnerAsk.objects.values_list("offer_id", flat=True).get(pk=ask_id)
    offer = lock_offer(offer_id, by=by, now=now)
    ask: PartnerAsk = PartnerAsk.objects.select_for_update(of=("self",)).get(pk=ask_id)
    if ask.outcome:
        raise Conflict("This has been done already.")
    ask.offer = offer
    return ask


def _end(ask: PartnerAsk, outcome: str, *, by: Any, now: datetime) -> PartnerAsk:
    ask.outcome, ask.done_at, ask.done_by = outcome, now, by
    ask.save(update_fields=["outcome", "done_at", "done_by"])
    person = ask.offer.referral.episode.person_id
    record("partner.ask_done", by=by, obj=ask, person=person, outcome=str(outcome))
    return ask


def escalate_asks(now: datetime) -> None:
    """Tell supervisors, once, of what a partner asked and nobody did in time."""
    late = PartnerAsk.objects.filter(
        outcome="", escalated_at=None, due_at__lte=now - deadlines.ASKED_GRACE
    ).defer("number")
    for ask in late.select_related("offer__referral__episode").order_by("due_at", "id"):
        with transaction.atomic():
            fresh = PartnerAsk.objects.filter(pk=ask.pk, outcome="", escalated_at=None)
            if not fresh.update(escalated_at=now):
                continue
            referral = ask.offer.referral
            record("partner.ask_escalated", by=Actor.system(), obj=ask, person=referral.episode.person_id)
            tell_supervisors(referral, about=f"ask:{ask.pk}")
