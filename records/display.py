"""How consents and disclosures are shown: chips, rows and facts."""

from datetime import datetime, timedelta
from typing import Any

from records.choices import Category, ConsentKind, ConsentStatus, InvitationOutcome, Purpose
from records.consent_seal import facts_of
from records.consent_texts import END_WORDS
from records.models import Consent, SigningInvitation

SOON = timedelta(days=14)


def consent_chip(consent: Consent, now: datetime) -> tuple[str, str]:
    """Return the chip of a consent: family and word."""
    if consent.status == ConsentStatus.SIGNED:
        if consent.expires_at and now >= consent.expires_at:
            return "neutral", "Ended"
        if consent.expires_at and consent.expires_at - now <= SOON:
            return "attention", "Expires soon"
        return "consent", "On file"
    return {
        ConsentStatus.DRAFT: ("info", "Not signed yet"),
        ConsentStatus.INCOMPLETE: ("attention", "One signature missing"),
        ConsentStatus.NEEDS_REVIEW: ("attention", "To be checked"),
        ConsentStatus.DISCARDED: ("plain", "Set aside"),
        ConsentStatus.REVOKED: ("neutral", "Withdrawn"),
        ConsentStatus.EXPIRED: ("neutral", "Ended"),
    }[ConsentStatus(consent.status)]


def names_of(consent: Consent) -> list[str]:
    """Return the recipients that a consent names; those taken out say so. A class stands for itself."""
    if consent.kind == ConsentKind.TPO_SINGLE:
        return [consent.recipient_class]
    return [f"{one.name} (withdrawn)" if one.revoked else one.name for one in facts_of(consent).recipients]


def end_of(consent: Consent) -> str:
    """Return in English with which event a consent ends, or an empty text."""
    event = consent.expires_event or ""
    return END_WORDS[event][0] if event in END_WORDS else event


def category_labels(categories: list[str]) -> list[str]:
    """Return the words of categories, in their fixed order."""
    return [one.label for one in Category if one.value in categories]


def purpose_labels(purposes: list[str]) -> list[str]:
    """Return the words of purposes."""
    return [Purpose(one).label for one in purposes]


def consent_row(consent: Consent, now: datetime) -> dict[str, Any]:
    """Return what a list shows of a consent."""
    family, word = consent_chip(consent, now)
    return {
        "consent": consent,
        "names": names_of(consent),
        "what": category_labels(consent.categories or consent.offered),
        "end": end_of(consent),
        "family": family,
        "word": word,
    }


def invitation_state(invitation: SigningInvitation, now: datetime) -> tuple[str, str]:
    """Return the chip of an invitation: family and word."""
    if invitation.outcome != InvitationOutcome.OPEN:
        family = "success" if invitation.outcome == InvitationOutcome.SIGNED else "neutral"
        return family, InvitationOutcome(invitation.outcome).label
    if now >= invitation.expires_at:
        return "attention", "Time is over"
    if invitation.locked:
        return "urgent", "Locked: the code was wrong 5 times"
    return ("info", "Open on their phone") if invitation.opened_at else ("info", "Not opened yet")
