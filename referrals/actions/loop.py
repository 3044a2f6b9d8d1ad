"""What referrals do when something else happens: a consent ends, a person is admitted, time passes."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.crypto import CannotOpen
from config.templatetags.ui import clock, day
from records.choices import Purpose
from records.door.limits import unlimited
from records.queries import live_consent
from referrals.actions.links import revoke_links
from referrals.actions.offers import CARD_CATEGORIES, end
from referrals.actions.referrals import finish
from referrals.actions.steps import lock_offer, move, set_next_step
from referrals.choices import HELD, LIVE, WAITING, NextStep, OfferStatus, Outcome, ReferralStatus
from referrals.models import Offer, Referral
from referrals.rules.deadlines import ARRIVAL_GRACE

log = logging.getLogger("clearway.referrals")

SYSTEM = Actor.system()
END = {"draft", "opened", "sent", "question", "waitlisted", "on_hold"}


def consent_revoked(*, consent: Any, by: Any, now: datetime) -> None:
    """Hook of records: a consent was taken back. Acts in the same transaction as the revocation."""
    live = Offer.objects.filter(status__in=LIVE, referral__episode__person_id=consent.person_id)
    for offer_id in live.order_by("referral_id", "pk").values_list("pk", flat=True):
        end_without_consent(offer_id, now=now)


@transaction.atomic
def end_without_consent(offer_id: UUID, *, now: datetime) -> bool:
    """End what an offer shares when no live consent names its facility; return whether it did.

    Unanswered: the offer is withdrawn. Already accepted: the partner relied on it, so the offer stands, but
    its links die and nothing more is shared; staff are told to go on by phone.
    """
    offer = lock_offer(offer_id, by=SYSTEM, now=now)
    if offer.status not in LIVE or offer.consent_ended_at is not None or has_consent(offer, now=now):
        return False
    offer.consent_ended_at = now
    if offer.status in WAITING or offer.status == OfferStatus.DRAFT:
        end(offer, "withdraw", by=SYSTEM, now=now, reason="consent_ended", why="consent_ended")
        set_next_step(offer.referral, now=now)
        return True
    offer.save(update_fields=["consent_ended_at"])
    revoke_links(offer, by=SYSTEM, now=now, why="consent_ended")
    record("offer.consent_ended", by=SYSTEM, obj=offer, person=offer.referral.episode.person_id)
    set_next_step(offer.referral, now=now, step=NextStep.CONSENT_ENDED)
    return True


def has_consent(offer: Offer, *, now: datetime) -> bool:
    """Tell whether a live consent names this offer's facility for treatment, now."""
    return bool(shared_categories(offer, now=now))


def shared_categories(offer: Offer, *, now: datetime) -> frozenset[str]:
    """Return what the live consent for this offer's facility covers and no limit of the person holds back."""
    if offer.consent_ended_at is not None:
        return frozenset()
    person = offer.referral.episode.person
    found = live_consent(person, offer.facility.recipient, Purpose.TREATMENT, CARD_CATEGORIES, now)
    if found is None:
        return frozenset()
    return unlimited(person, offer.facility.recipient, found.categories, found)


def stop_misdirected(*, subject: str, person: Any, by: Any, now: datetime) -> tuple[list[str], list[str]]:
    """Hook of records: an offer went to the wrong recipient. Ends its link; says what was opened and when.

    The packet's page is dead on the next request. The offer itself stays, so that staff decide how to go on.
    """
    kind, _, key = subject.partition(":")
    if kind != "offer":
        return [], []
    try:
        offer = Offer.objects.filter(pk=UUID(key)).first()
    except ValueError:
        return [], []
    if offer is None or (person is not None and offer.referral.episode.person_id != person.pk):
        return [], []
    offer = lock_offer(offer.pk, by=by, now=now)
    opened = [
        f"The link was opened with its code on {day(link.opened_at)}, {clock(link.opened_at)}"
        for link in offer.links.filter(opened_at__isnull=False).order_by("opened_at")
    ]
    if offer.answered_at:
        opened.append(f"The offer was answered on {day(offer.answered_at)}, {clock(offer.answered_at)}")
    ended = revoke_links(offer, by=by, now=now, why="misdirected")
    stopped = ["The link was ended; its page shows nothing more", "Mail that had not left was cancelled"]
    return (stopped if ended else []), opened


def person_admitted(*, admission: Any, by: Any, now: datetime) -> None:
    """Hook of programs: the person came back and was admitted, so the loop is closed."""
    for referral in Referral.objects.filter(episode_id=admission.episode_id, status=ReferralStatus.OPEN):
        for offer_id in referral.offers.filter(status__in=LIVE).values_list("pk", flat=True):
            offer = lock_offer(offer_id, by=SYSTEM, now=now)
            if offer.status in HELD:
                move(offer, "come_back", by=SYSTEM, now=now)
                revoke_links(offer, by=SYSTEM, now=now, why="returned")
            else:
                end(offer, "withdraw", by=SYSTEM, now=now, reason="admitted", why="withdrawn")
        held = referral.offers.filter(status=OfferStatus.RETURNED).exists()
        outcome = Outcome.RETURNED if held else Outcome.NOT_NEEDED
        finish(offer.referral if held else referral, outcome=outcome, by=by, now=now)


def sweep(now: datetime) -> None:
    """Act on every deadline that has come: answers, arrivals, ended consents, due next steps."""
    _expire_unanswered(now)
    _find_missing(now)
    for offer_id in _ids(Offer.objects.filter(status__in=LIVE, consent_ended_at__isnull=True)):
        try:
            end_without_consent(offer_id, now=now)
        except CannotOpen:
            # this record is closed: nothing of it leaves, and the deadlines of others are kept
            log.warning("offer %s: its record can't be opened", offer_id)
    _escalate(now)


def _expire_unanswered(now: datetime) -> None:
    """An offer without an answer in time is over, its link dead, and a supervisor is asked to act."""
    overdue = Offer.objects.filter(status__in=[OfferStatus.SENT, OfferStatus.OPENED], answer_due_at__lte=now)
    for offer_id in _ids(overdue):
        offer = lock_offer(offer_id, by=SYSTEM, now=now)
        due = offer.answer_due_at
        if offer.status not in {OfferStatus.SENT, OfferStatus.OPENED} or due is None or due > now:
            continue
        move(offer, "expire", by=SYSTEM, now=now)
        revoke_links(offer, by=SYSTEM, now=now, why="expired")
        set_next_step(offer.referral, now=now, escalate=True)


def _find_missing(now: datetime) -> None:
    """Somebody who should have arrived hours ago, and of whom nobody said so, is a task for us now."""
    late = Offer.objects.filter(
        status=OfferStatus.ACCEPTED, arrival_until__lte=now - ARRIVAL_GRACE, referral__status="open"
    ).exclude(referral__next_step=NextStep.MISSING_BETWEEN)
    for offer_id in _ids(late):
        offer = lock_offer(offer_id, by=SYSTEM, now=now)
        until = offer.arrival_until
        if offer.status != OfferStatus.ACCEPTED or until is None or until > now - ARRIVAL_GRACE:
            continue
        if offer.referral.next_step == NextStep.MISSING_BETWEEN:
            continue
        set_next_step(offer.referral, now=now, step=NextStep.MISSING_BETWEEN, escalate=True)
        record("offer.arrival_overdue", by=SYSTEM, obj=offer, person=offer.referral.episode.person_id)


def _escalate(now: datetime) -> None:
    """What was due and not done goes to a supervisor's list; the call to a partner only when it expires."""
    due = Referral.objects.filter(
        status=ReferralStatus.OPEN, escalated_at__isnull=True, next_due_at__lte=now
    ).filter(next_step__in=[NextStep.DAILY_CONTACT, NextStep.ANSWER_QUESTION, NextStep.AWAIT_ANSWER])
    for referral in due.select_for_update(of=("self",)):
        referral.escalated_at = now
        referral.save(update_fields=["escalated_at"])
        record("referral.escalated", by=SYSTEM, obj=referral, person=referral.episode.person_id)


def _ids(offers: Any) -> list[UUID]:
    return list(offers.order_by("referral_id", "pk").values_list("pk", flat=True))
