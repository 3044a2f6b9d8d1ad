"""What referrals do when something else happens: a consent ends, a clearance comes, time passes."""

import logging
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.actions import record
from audit.actors import Actor
from config.crypto import CannotOpen
from config.templatetags.ui import clock, day
from programs.choices import ReceivedVia
from records.choices import Purpose
from records.door.limits import unlimited
from records.queries import live_consent
from referrals.actions.asks import escalate_asks
from referrals.actions.links import revoke_links
from referrals.actions.offers import CARD_CATEGORIES, end
from referrals.actions.referrals import finish
from referrals.actions.steps import lock_offer, lock_referral, move, set_next_step
from referrals.actions.telling import tell_ended, tell_supervisors
from referrals.choices import LIVE, OUT, WAITING, OfferStatus, Outcome, ReferralStatus
from referrals.models import Offer, Referral
from referrals.rules.deadlines import ESCALATES_AFTER, TURNS
from referrals.workflow import OFFER

log = logging.getLogger("clearway.referrals")

SYSTEM = Actor.system()
END = {"draft", "opened", "sent", "question", "waitlisted", "on_hold"}


def consent_revoked(*, consent: Any, by: Any, now: datetime) -> None:
    """Hook of records: a consent was taken back. Acts in the same transaction as the revocation."""
    live = Offer.objects.filter(status__in=LIVE, referral__episode__person_id=consent.person_id)
    for offer_id in live.order_by("referral_id", "pk").values_list("pk", flat=True):
        end_without_consent(offer_id, now=now)
    left = Offer.objects.filter(ended_at__isnull=False, links__revoked_at__isnull=True)
    for offer_id in _ids(left.filter(referral__episode__person_id=consent.person_id).distinct()):
        offer = lock_offer(offer_id, by=SYSTEM, now=now)
        if not has_consent(offer, now=now):
            revoke_links(offer, by=SYSTEM, now=now, why="consent_ended")


@transaction.atomic
def end_without_consent(offer_id: UUID, *, now: datetime) -> bool:
    """End what an offer shares when no live consent names its facility; return whether it did.

    Unanswered: the offer is withdrawn. Already accepted: the partner relied on it, so the offer stands, but
    its links die and nothing more is shared; the partner is told that its message is no longer current, and
    staff go on by phone.
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
    tell_ended(offer, key=f"consent-ended:{offer.pk}")
    record("offer.consent_ended", by=SYSTEM, obj=offer, person=offer.referral.episode.person_id)
    set_next_step(offer.referral, now=now)
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


def clearance_received(*, clearance: Any, by: Any, now: datetime) -> None:
    """Hook of programs: a clearance that came on paper also moves the offer it came from.

    One that came by a partner's link is moved by the action that took it.
    """
    if clearance.received_via != ReceivedVia.PAPER:
        return
    out = Offer.objects.filter(referral__episode_id=clearance.episode_id, status__in=OUT)
    for offer_id in out.values_list("pk", flat=True):
        offer = lock_offer(offer_id, by=SYSTEM, now=now)
        move(offer, "send_clearance", by=by, now=now, reason="on_paper", last_heard_at=now)
        set_next_step(offer.referral, now=now)


def episode_closes(*, episode: Any, by: Any, now: datetime) -> None:
    """Hook of intake: offers end and links die with the episode; each partner who was asked is told."""
    for referral in Referral.objects.filter(episode=episode, status=ReferralStatus.OPEN):
        ended = referral
        for offer_id in referral.offers.filter(status__in=LIVE).order_by("pk").values_list("pk", flat=True):
            offer = lock_offer(offer_id, by=SYSTEM, now=now)
            step = "withdraw" if offer.status in OFFER["withdraw"].sources else "close"
            end(offer, step, by=SYSTEM, now=now, reason="episode_closed", why="episode_closed")
            ended = offer.referral
        finish(ended, outcome=Outcome.PAUSED, by=by, now=now)


def sweep(now: datetime) -> None:
    """Act on every deadline that has come: answers, arrivals, returns, ended consents, due next steps."""
    _expire_unanswered(now)
    _turn(now)
    for offer_id in _ids(Offer.objects.filter(status__in=LIVE, consent_ended_at__isnull=True)):
        try:
            end_without_consent(offer_id, now=now)
        except CannotOpen:
            # this record is closed: nothing of it leaves, and the deadlines of others are kept
            log.warning("offer %s: its record can't be opened", offer_id)
    _escalate(now)
    escalate_asks(now)


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
        tell_supervisors(offer.referral, about=f"expired:{offer.pk}")


def _turn(now: datetime) -> None:
    """What time alone changes: an unconfirmed arrival, a return that did not happen, a seen clearance."""
    due = Referral.objects.filter(status=ReferralStatus.OPEN, next_step__in=TURNS, next_due_at__lte=now)
    for referral_id in due.order_by("pk").values_list("pk", flat=True):
        referral = lock_referral(referral_id)
        before = referral.next_step
        set_next_step(referral, now=now)
        if referral.next_step != before:
            record(
                "referral.step_turned",
                by=SYSTEM,
                obj=referral,
                person=referral.episode.person_id,
                source=before,
                target=referral.next_step,
            )


def _escalate(now: datetime) -> None:
    """What was due and not done goes to supervisors, who are told that something waits."""
    waits = [Q(next_step=step, next_due_at__lte=now - grace) for step, grace in ESCALATES_AFTER.items()]
    due = Referral.objects.filter(reduce(or_, waits), status=ReferralStatus.OPEN, escalated_at__isnull=True)
    for referral in due.order_by("pk").select_for_update(of=("self",), skip_locked=True):
        referral.escalated_at = now
        referral.save(update_fields=["escalated_at"])
        record(
            "referral.escalated",
            by=SYSTEM,
            obj=referral,
            person=referral.episode.person_id,
            step=referral.next_step,
        )
        tell_supervisors(referral)


def _ids(offers: Any) -> list[UUID]:
    return list(offers.order_by("referral_id", "pk").values_list("pk", flat=True))
