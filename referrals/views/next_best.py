"""Whom to ask next when a partner said no, or nothing: named from the stored match, with its reasons."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from records.choices import Purpose
from records.queries import live_consent
from referrals.actions.offers import CARD_CATEGORIES, consent_address
from referrals.choices import HELD, OfferStatus, ReferralStatus
from referrals.models import Referral
from referrals.queries import facilities_for
from referrals.rules.snapshot import next_best

AFTER = frozenset(
    {OfferStatus.DECLINED, OfferStatus.EXPIRED, OfferStatus.WITHDRAWN, OfferStatus.DECLINED_BY_PERSON}
)
"""How the newest offer must have ended for the next partner to be named."""
ASK = "ask"
"""The part of the match page's address that selects a partner there."""


def next_best_of(
    request: HttpRequest, referral: Referral, offers: list[Any], now: Any
) -> dict[str, Any] | None:
    """Return who comes next, why, and where to press; `match` is None when nobody else fit.

    None when no offer ended without a yes, somebody has the person, or no match is stored.
    """
    newest = max(offers, key=lambda one: one.ended_at or one.made_at, default=None)
    if referral.status != ReferralStatus.OPEN or newest is None or newest.status not in AFTER:
        return None
    if any(one.status in HELD for one in offers):
        return None
    decision = referral.decisions.select_related("data_key").order_by("-made_at", "-id").first()
    if decision is None:
        return None
    facilities = {str(one.pk): one for one in facilities_for(request.user).filter(pk__in=_judged(decision))}
    unknown = set(_judged(decision)) - facilities.keys()
    found = next_best(decision.snapshot, {str(one.facility_id) for one in offers} | unknown)
    if found is None:
        return {"match": None, "decided_at": decision.made_at}
    facility = facilities[found.facility_id]
    person = referral.episode.person
    there = f"{reverse('referrals:match', args=[referral.episode_id])}?{urlencode({ASK: facility.pk})}"
    consent = live_consent(person, facility.recipient, Purpose.TREATMENT, CARD_CATEGORIES, now)
    return {
        "match": found,
        "facility": facility,
        "decided_at": decision.made_at,
        "url": there if consent else consent_address(person, facility, there),
        "consent": consent is not None,
    }


def _judged(decision: Any) -> list[str]:
    return [one["facility"] for one in decision.result.get("matches", ())]
