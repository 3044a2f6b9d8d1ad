"""Partner links: making, opening with the code, revoking. A GET never comes here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.errors import Refused
from outbox import actions as outbox
from referrals.actions.steps import lock_offer, move, set_next_step
from referrals.actions.telling import tell_owner
from referrals.choices import AskKind, AskOutcome, ContactChannel, OfferStatus
from referrals.keys import code_key
from referrals.models import Facility, FacilityContact, Offer, PartnerLink
from referrals.rules import links as rules

LINK_MAIL = "partner.link_sent"
CODE_MAIL = "partner.code_sent"


@dataclass(frozen=True)
class NewLink:
    """A fresh link. `token` and `code` exist only here: mail the token, and show or mail the code, once."""

    link: PartnerLink
    token: str
    code: str


@dataclass(frozen=True)
class Opening:
    """What came of typing a code: the link when it opened, or how many tries are left (0: dead)."""

    link: PartnerLink | None
    tries_left: int


def code_contact(facility: Facility, contact_id: UUID | None) -> FacilityContact | None:
    """Return the contact that a code may be mailed to; None when staff read it out.

    Raises Refused for a contact of nobody here, one that was ended, and the mailbox that gets the link.
    """
    if contact_id is None:
        return None
    contact = FacilityContact.objects.select_for_update().filter(pk=contact_id, facility=facility).first()
    if contact is None or contact.ended_at is not None or contact.channel != ContactChannel.EMAIL:
        raise Refused("code_contact", "This contact gets no mail any more. Select another", field="code_to")
    if not facility.email:
        raise Refused(
            "code_contact", "This partner gets no link by e-mail. Read the code out", field="code_to"
        )
    if not rules.may_carry_code(contact.reach, facility.email):
        raise Refused(
            "code_contact",
            "The link goes to this mailbox. Send the code to another one, or read it out",
            field="code_to",
        )
    return contact


def make_link(
    offer: Offer,
    *,
    by: Any,
    now: datetime,
    expires_at: datetime,
    mail: bool,
    code_to: FacilityContact | None = None,
) -> NewLink:
    """Make a locked offer's one link, replacing any earlier one, and queue the e-mails that carry it.

    `code_to` is what `code_contact` returned: the code goes there in a mail of its own.
    """
    revoke_links(offer, by=by, now=now, why="replaced")
    token, code, link_id = rules.new_token(), rules.new_code(), uuid4()
    link = PartnerLink.objects.create(
        id=link_id,
        offer=offer,
        token_hash=rules.token_hash(token),
        code_hash=rules.code_hash(code, key=code_key(), link_id=link_id),
        made_at=now,
        expires_at=expires_at,
        mailed_to=offer.facility.email if mail else "",
        code_contact=code_to,
    )
    person = offer.referral.episode.person_id
    way = {"contact": code_to.pk} if code_to else {}
    record("link.made", by=by, obj=link, person=person, offer=offer.pk, facility=offer.facility_id, **way)
    _answer_asks(offer, by=by, now=now)
    if mail:
        outbox.send(
            LINK_MAIL,
            to=offer.facility.email,
            key=f"partner-link:{link_id}",
            ids={"link": str(link_id)},
            secret=token,
        )
    if code_to is not None:
        ids = {"link": str(link_id)}
        outbox.send(CODE_MAIL, to=code_to.reach, key=f"partner-code:{link_id}", ids=ids, secret=code)
    return NewLink(link, token, code)


def _answer_asks(offer: Offer, *, by: Any, now: datetime) -> None:
    """End what asked for this link, whoever makes it and from which page."""
    asked = list(offer.asks.select_for_update(of=("self",)).filter(kind=AskKind.LINK, outcome=""))
    for ask in asked:
        ask.outcome, ask.done_at, ask.done_by = AskOutcome.LINK_SENT, now, by
        ask.save(update_fields=["outcome", "done_at", "done_by"])
        person = offer.referral.episode.person_id
        record("partner.ask_done", by=by, obj=ask, person=person, outcome=str(AskOutcome.LINK_SENT))


def revoke_links(offer: Offer, *, by: Any, now: datetime, why: str) -> int:
    """End every link of a locked offer at once, their sessions and their unsent mail too."""
    live = list(PartnerLink.objects.select_for_update().filter(offer=offer, revoked_at__isnull=True))
    for link in live:
        link.revoked_at, link.revoked_why, link.session_marker = now, why, uuid4()
        link.save(update_fields=["revoked_at", "revoked_why", "session_marker"])
        outbox.cancel(kinds=(LINK_MAIL, CODE_MAIL), ids={"link": str(link.pk)})
        record("link.revoked", by=by, obj=link, person=offer.referral.episode.person_id, why=why)
    return len(live)


@transaction.atomic
def open_by_code(*, link_id: UUID, code: str, now: datetime) -> Opening:
    """Try a code on a live link. The fifth wrong one locks the link and puts a task on our list.

    A right code gives no tries back: who has the link without the code has five, however often the partner
    comes by.

    The count is taken before the comparison is answered, under a lock, so parallel guesses count too.
    """
    actor = Actor.partner(link_id)
    offer_id = PartnerLink.objects.values_list("offer_id", flat=True).get(pk=link_id)
    offer = lock_offer(offer_id, by=actor, now=now)
    link = PartnerLink.objects.select_for_update().get(pk=link_id)
    left = wrong_code(link, offer, code=code, now=now)
    if left is not None:
        return Opening(None, left)
    person = offer.referral.episode.person_id
    link.opened_at = link.opened_at or now
    link.save(update_fields=["opened_at"])
    record("link.opened", by=actor, obj=link, person=person)
    if offer.status == OfferStatus.SENT:
        move(offer, "open", by=actor, now=now, last_heard_at=now)
        set_next_step(offer.referral, now=now)
    return Opening(link, rules.MAX_TRIES)


def wrong_code(link: PartnerLink, offer: Offer, *, code: str, now: datetime) -> int | None:
    """Count a wrong code of a locked link and return how many tries are left; None for the right code."""
    given = rules.code_hash(rules.typed_code(code), key=code_key(), link_id=link.pk)
    if rules.same(given, link.code_hash):
        return None
    actor, person = Actor.partner(link.pk), offer.referral.episode.person_id
    link.tries += 1
    left = rules.MAX_TRIES - link.tries
    if not left:
        link.session_marker, link.locked_at = uuid4(), now
    link.save(update_fields=["tries", "session_marker", "locked_at"])
    record("link.code_wrong", by=actor, obj=link, person=person, tries_left=left)
    if not left:
        set_next_step(offer.referral, now=now)
        tell_owner(offer.referral, f"locked:{link.pk}")
    return left
