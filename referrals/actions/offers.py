"""Sending offers and ending them from our side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from config.db import refusal_code
from config.errors import Conflict, Refused
from config.workflow import check
from records.actions.consents import lock_person
from records.choices import Category, Purpose
from records.models import Person
from records.queries import consent_for, live_consent
from referrals.actions.links import NewLink, code_contact, make_link, revoke_links
from referrals.actions.steps import lock_offer, lock_referral, move, permitted, set_next_step
from referrals.actions.telling import tell_ended, tell_partner_news
from referrals.choices import HELD, WAITING, Channel, OfferStatus, ReferralStatus
from referrals.models import Facility, Offer, Referral
from referrals.rules.deadlines import ANSWER, FARTHEST
from referrals.rules.links import expiry_after_acceptance
from referrals.workflow import OFFER

AT_ONCE = 3
"""How many partners may hold an unanswered offer of one referral."""
CARD_CATEGORIES = (Category.SUBSTANCE_USE,)
"""What a consent must cover before a partner is asked at all; card and packet are cut to its full scope."""


@dataclass(frozen=True)
class Sent:
    """One offer that went out; `new` holds the code to read out, once, when there is a link."""

    offer: Offer
    new: NewLink | None


def require_consent(person: Person, facility: Facility, *, now: datetime) -> Any:
    """Return the live consent that names this facility for treatment. Raises Refused("consent_needed").

    The refusal's one reason is the address at which the consent can be prepared.
    """
    asked = person, facility.recipient, Purpose.TREATMENT, CARD_CATEGORIES, now
    consent = live_consent(*asked)
    if consent is None:
        nearest, why = consent_for(*asked)
        said = f"{why.sentence} " if nearest is None and why.code != "no_consent" else ""
        raise Refused(
            "consent_needed",
            f"{facility.recipient.name} is not named in a live consent for treatment. {said}"
            "Record consent first.",
            field="facilities",
            reasons=(consent_address(person, facility),),
        )
    return consent


def consent_address(person: Person, facility: Facility, next_url: str = "") -> str:
    """Return where a consent naming this facility is prepared."""
    query = {"recipient": str(facility.recipient_id), **({"next": next_url} if next_url else {})}
    return f"{reverse('records:consent-prepare', args=[person.pk])}?{urlencode(query)}"


def require_sendable(offer: Offer, *, by: Any) -> None:
    """Raise unless this offer may have a live link: it is out or accepted, and nothing ended its consent."""
    permitted(OFFER["send"], by)
    if offer.status not in WAITING | HELD:
        raise Conflict("This offer has ended. Send a new one.")
    if offer.consent_ended_at is not None:
        raise Refused("consent_needed", "The consent for this partner has ended. Nothing more may be shared.")


def link_expiry(offer: Offer, now: datetime) -> datetime:
    """Return until when a link made now may live: the answer time, or two weeks past the arrival."""
    if offer.arrival_until is not None and offer.status in HELD:
        return max(expiry_after_acceptance(offer.arrival_until), expiry_after_acceptance(now))
    due = max(filter(None, (offer.answer_due_at, offer.review_at)))
    return due if due > now else now + ANSWER


@transaction.atomic
def send_offers(
    *,
    referral_id: UUID,
    facilities: Iterable[Facility],
    by: Any,
    now: datetime,
    answer_due_at: datetime,
    code_to: Mapping[UUID, UUID] | None = None,
) -> list[Sent]:
    """Send the referral to these partners, all or none.

    `code_to` names for a facility the contact that gets its code by mail; the others are read out.
    Raises Refused: consent_needed, too_many, nobody, answer_time; Conflict when somebody has accepted or an
    offer to that partner is open; PermissionDenied.
    """
    permitted(OFFER["send"], by)
    wanted = list(facilities)
    lock_person(_person_of(referral_id))
    referral = lock_referral(referral_id)
    _may_send(referral, wanted, answer_due_at=answer_due_at, now=now)
    contacts = code_to or {}
    sent = [
        _send_one(referral, one, contacts.get(one.pk), by=by, now=now, answer_due_at=answer_due_at)
        for one in wanted
    ]
    set_next_step(referral, now=now)
    return sent


def _person_of(referral_id: UUID) -> UUID:
    """Return whose referral this is: a withdrawal of consent locks the person first, so sending does too."""
    return Referral.objects.values_list("episode__person_id", flat=True).get(pk=referral_id)


def person_of_offer(offer_id: UUID) -> UUID:
    """Return whose offer this is."""
    return _person_of(Offer.objects.values_list("referral_id", flat=True).get(pk=offer_id))


def _may_send(referral: Referral, wanted: list[Facility], *, answer_due_at: datetime, now: datetime) -> None:
    if referral.status != ReferralStatus.OPEN:
        raise Conflict("This referral is closed.")
    if not wanted:
        raise Refused("nobody", "Select at least one partner to send to", field="facilities")
    held = referral.offers.filter(status__in=HELD).select_related("facility__recipient").first()
    if held is not None:
        raise Conflict(f"{held.facility.recipient.name} has this referral. End that offer first.")
    if referral.offers.filter(status__in=WAITING).count() + len(wanted) > AT_ONCE:
        raise Refused(
            "too_many", f"At most {AT_ONCE} partners can be asked at the same time", field="facilities"
        )
    if answer_due_at <= now:
        raise Refused("answer_time", "The answer time must be later than now", field="answer_due_at")
    for facility in wanted:
        if not facility.recipient.active:
            raise Refused("inactive", f"{facility.recipient.name} is not in use", field="facilities")


def _send_one(
    referral: Referral,
    facility: Facility,
    contact_id: UUID | None,
    *,
    by: Any,
    now: datetime,
    answer_due_at: datetime,
) -> Sent:
    consent = require_consent(referral.episode.person, facility, now=now)
    earlier = referral.offers.filter(facility=facility).order_by("-made_at").first()
    try:
        with transaction.atomic():
            offer = Offer.objects.create(
                data_key=referral.data_key,
                referral=referral,
                facility=facility,
                consent=consent,
                previous=earlier,
                channel=facility.channel,
                made_at=now,
            )
    except IntegrityError as error:
        if refusal_code(error) != "referrals_offer_one_live":
            raise
        raise Conflict(f"{facility.recipient.name} has an open offer already.") from error
    move(offer, "send", by=by, now=now, sent_at=now, answer_due_at=answer_due_at)
    if facility.channel != Channel.LINK:
        return Sent(offer, None)
    code_to = code_contact(facility, contact_id)
    return Sent(offer, make_link(offer, by=by, now=now, expires_at=answer_due_at, mail=True, code_to=code_to))


@transaction.atomic
def resend_link(*, offer_id: UUID, by: Any, now: datetime, code_to: UUID | None = None) -> NewLink:
    """Replace the link and code of an offer that is out or accepted. Raises Conflict and Refused.

    `code_to` is the contact that gets the code by mail; without it, staff read it out.
    """
    lock_person(person_of_offer(offer_id))
    offer = lock_offer(offer_id, by=by, now=now)
    require_sendable(offer, by=by)
    require_consent(offer.referral.episode.person, offer.facility, now=now)
    made = make_link(
        offer,
        by=by,
        now=now,
        expires_at=link_expiry(offer, now),
        mail=bool(offer.facility.email),
        code_to=code_contact(offer.facility, code_to),
    )
    set_next_step(offer.referral, now=now)
    return made


def end(
    offer: Offer, name: str, *, by: Any, now: datetime, reason: str = "", why: str, **values: Any
) -> None:
    """Take an ending step with a locked offer: its links die and a partner who was asked is told."""
    was_out = offer.status != OfferStatus.DRAFT
    move(offer, name, by=by, now=now, reason=reason, **values)
    revoke_links(offer, by=by, now=now, why=why)
    if was_out:
        tell_ended(offer)


@transaction.atomic
def withdraw(*, offer_id: UUID, by: Any, now: datetime, reason: str = "by_us") -> Offer:
    """Take an offer back. The partner is told that the message is no longer current."""
    offer = lock_offer(offer_id, by=by, now=now)
    end(offer, "withdraw", by=by, now=now, reason=reason, why="withdrawn")
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def person_declines(*, offer_id: UUID, by: Any, now: datetime) -> Offer:
    """Record that the person does not want to go there."""
    offer = lock_offer(offer_id, by=by, now=now)
    end(offer, "person_declines", by=by, now=now, why="declined")
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def hold(*, offer_id: UUID, review_at: datetime, by: Any, now: datetime) -> Offer:
    """Pause an offer until `review_at`; the partner's link lives on past that time."""
    offer = lock_offer(offer_id, by=by, now=now)
    soon(review_at, now)
    move(offer, "hold", by=by, now=now, review_at=review_at)
    extend_links(offer, review_at + ANSWER)
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def resume(*, offer_id: UUID, answer_due_at: datetime, by: Any, now: datetime) -> Offer:
    """Ask a paused or waitlisted partner again, with a new answer time; consent is checked again."""
    lock_person(person_of_offer(offer_id))
    offer = lock_offer(offer_id, by=by, now=now)
    check(OFFER, "resume", offer.status, noun="offer")
    soon(answer_due_at, now, "answer_due_at")
    require_consent(offer.referral.episode.person, offer.facility, now=now)
    move(offer, "resume", by=by, now=now, sent_at=now, answer_due_at=answer_due_at, review_at=None)
    extend_links(offer, answer_due_at)
    tell_partner_news(offer, f"again:{offer.pk}:{now.isoformat()}")
    set_next_step(offer.referral, now=now)
    return offer


@transaction.atomic
def close_offer(*, offer_id: UUID, reason: str, by: Any, now: datetime) -> Offer:
    """End an offer that a partner had accepted, without a return; the referral stays open."""
    offer = lock_offer(offer_id, by=by, now=now)
    end(offer, "close", by=by, now=now, reason=reason, why="closed")
    set_next_step(offer.referral, now=now)
    return offer


def extend_links(offer: Offer, until: datetime) -> None:
    """Let a locked offer's live links live until `until`, if that is later than now planned."""
    offer.links.filter(revoked_at__isnull=True, expires_at__lt=until).update(expires_at=until)


def soon(moment: datetime, now: datetime, field: str = "review_at") -> None:
    """Refuse a time that is over, or so far away that nobody would look before it."""
    if moment <= now:
        raise Refused("time", "The time must be later than now", field=field)
    if moment > now + FARTHEST:
        raise Refused("time", "Enter a time within two weeks", field=field)
