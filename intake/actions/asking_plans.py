"""Asking a plan by name tells it that the person is here: by their consent, through the one door."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from config import clock
from config.errors import Refused
from intake.choices_coverage import WAYS_OF_ASKING, HowAsked
from intake.models import Episode
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, disclose
from records.models import Recipient
from records.queries.consents import live_consent

BENEFITS = (Category.IDENTITY, Category.INSURANCE)
"""What a consent covers that lets a plan be asked about benefits: who it is about, and the policy."""
AUTHORIZATION = (*BENEFITS, Category.SUBSTANCE_USE)
"""For a prior authorization also what care is asked for."""
NO_CONSENT = (
    "No consent for payment in force lets this plan know. Prepare one, let the person ask, or ask without "
    "saying who it is about. What was told all the same is an incident to report"
)


def tell_plan(
    *,
    episode: Episode,
    how: str,
    to: Recipient | None,
    covers: Collection[Category],
    subject: str,
    by: Any,
    asked_for: str = "",
) -> UUID | None:
    """Open the door for what a plan was told, in the caller's transaction; return the disclosure, if any.

    Raises Refused when nobody says how the plan was asked, NotPermitted when it was told something that no
    consent in force covers (42 CFR 2.31, 2.33).
    """
    if how not in WAYS_OF_ASKING:
        raise Refused("how", "Select how the plan was asked", field="how")
    if how != HowAsked.CONSENT:
        return None
    if to is None:
        raise NotPermitted("recipient_not_named", NO_CONSENT, field="to")
    if live_consent(episode.person, to, Purpose.PAYMENT, covers, clock.now()) is None:
        raise NotPermitted("category_not_covered", NO_CONSENT, field="to")
    told = {
        Category.IDENTITY: lambda: [("Said", "Who the call is about")],
        Category.INSURANCE: lambda: [("Said", "Plan and member number")],
        Category.SUBSTANCE_USE: lambda: [("Asked for", asked_for)],
    }
    packet = disclose(
        person=episode.person,
        recipient=to,
        basis=ByConsent(),
        purpose=Purpose.PAYMENT,
        sections={category: told[category] for category in covers},
        medium=Medium.PHONE,
        by=by,
        subject=subject,
    )
    if not set(covers) <= set(packet.sections):
        raise NotPermitted("category_not_covered", NO_CONSENT, field="to")
    return packet.id
