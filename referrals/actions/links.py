"""Partner links: making, opening with the code, revoking. A GET never comes here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from outbox import actions as outbox
from referrals.actions.steps import lock_offer, move, set_next_step
from referrals.choices import NextStep, OfferStatus
from referrals.keys import code_key
from referrals.models import Offer, PartnerLink
from referrals.rules import links as rules

LINK_MAIL = "partner.link_sent"


@dataclass(frozen=True)
class NewLink:
    """A fresh link. `token` and `code` exist only here: show the code once, mail the token."""

    link: PartnerLink
    token: str
    code: str


@dataclass(frozen=True)
class Opening:
    """What came of typing a code: the link when it opened, or how many tries are left (0: dead)."""

    link: PartnerLink | None
    tries_left: int


def make_link(offer: Offer, *, by: Any, now: datetime, expires_at: datetime, mail: bool) -> NewLink:
    """Make a locked offer's one link, replacing any earlier one, and queue the e-mail that carries it."""
    revoke_links(offer, by=by, now=now, why="replaced")
    token, code, link_id = rules.new_token(), rules.new_code(), uuid4()
    link = PartnerLink.objects.create(
        id=link_id,
        offer=offer,
        token_hash=rules.token_hash(token),
        code_hash=rules.code_hash(code, key=code_key(), link_id=link_id),
        made_at=now,
        expires_at=expires_at,
    )
    person = offer.referral.episode.person_id
    record("link.made", by=by, obj=link, person=person, offer=offer.pk, facility=offer.facility_id)
    if mail:
        outbox.send(
            LINK_MAIL,
            to=offer.facility.email,
            key=f"partner-link:{link_id}",
            ids={"link": str(link_id)},
            secret=token,
        )
    return NewLink(link, token, code)


def revoke_links(offer: Offer, *, by: Any, now: datetime, why: str) -> int:
    """End every link of a locked offer at once, their sessions and their unsent mail too."""
    live = list(PartnerLink.objects.select_for_update().filter(offer=offer, revoked_at__isnull=True))
    for link in live:
        link.revoked_at, link.revoked_why, link.session_marker = now, why, uuid4()
        link.save(update_fields=["revoked_at", "revoked_why", "session_marker"])
        outbox.cancel(kinds=(LINK_MAIL,), ids={"link": str(link.pk)})
        record("link.revoked", by=by, obj=link, person=offer.referral.episode.person_id, why=why)
    return len(live)


@transaction.atomic
def open_by_code(*, link_id: UUID, code: str, now: datetime) -> Opening:
    """Try a code on a live link. The fifth wrong one locks the link and puts a task on our list.

    The count is taken before the comparison is answered, under a lock, so parallel guesses count too.
    """
    actor = Actor.partner(link_id)
    offer_id = PartnerLink.objects.values_list("offer_id", flat=True).get(pk=link_id)
    offer = lock_offer(offer_id, by=actor, now=now)
    link = PartnerLink.objects.select_for_update().get(pk=link_id)
    person = offer.referral.episode.person_id
    given = rules.code_hash(rules.typed_code(code), key=code_key(), link_id=link_id)
    if not rules.same(given, link.code_hash):
        link.tries += 1
        left = rules.MAX_TRIES - link.tries
        if not left:
            link.session_marker = uuid4()
        link.save(update_fields=["tries", "session_marker"])
        record("link.code_wrong", by=actor, obj=link, person=person, tries_left=left)
        if not left:
            set_next_step(offer.referral, now=now, step=NextStep.LINK_LOCKED)
        return Opening(None, left)
    link.tries, link.opened_at = 0, link.opened_at or now
    link.save(update_fields=["tries", "opened_at"])
    record("link.opened", by=actor, obj=link, person=person)
    if offer.status == OfferStatus.SENT:
        move(offer, "open", by=actor, now=now, last_heard_at=now)
        set_next_step(offer.referral, now=now)
    return Opening(link, rules.MAX_TRIES)
