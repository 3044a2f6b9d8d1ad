"""The person's own written consent as a basis (42 CFR 2.31, 2.33)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from records.choices import ConsentKind, Language
from records.choices_door import SharedFor
from records.consent_texts import category_words, day_words, purpose_words
from records.door.grant import ConsentCopy, Grant, NotPermitted
from records.models import Consent, Person, Recipient
from records.queries import consent_for


@dataclass(frozen=True)
class ByConsent:
    """The person's own written consent, checked now."""

    code = "consent"
    from_chart = True

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient | None,
        purpose: str,
        categories: Collection[str],
        now: datetime,
        by: Any,
        medium: str,
    ) -> Grant:
        """Return what a live consent of this person covers. Raises NotPermitted with the nearest reason."""
        if recipient is None:
            raise NotPermitted("recipient_not_named", "A consent names its receiver. Choose a recipient.")
        consent, decision = consent_for(person, recipient, purpose, categories, now)
        if consent is None:
            raise NotPermitted(decision.code, decision.sentence)
        if purpose == SharedFor.PROCEEDINGS and consent.kind != ConsentKind.PROCEEDINGS:
            raise NotPermitted("proceedings", "This consent was not given for legal proceedings.")
        allowed = frozenset(consent.categories) & frozenset(categories)
        if not allowed:
            raise NotPermitted("category_not_covered", "The consent does not cover any of this information.")
        return Grant(allowed, consent, copy_of(consent))


def copy_of(consent: Consent) -> ConsentCopy:
    """Return the copy of a signed consent that goes along with what it allows."""
    signed_in = consent.elements["signed_language"]
    return ConsentCopy(
        consent_id=consent.pk,
        scope=scope_of(consent),
        text=consent.text_en,
        signed_text=consent.text_es if signed_in == Language.SPANISH else consent.text_en,
        language=signed_in,
        signature=consent.signature,
        signed_at=consent.signed_at,
        sha256=consent.sha256,
    )


def scope_of(consent: Consent) -> str:
    """Return a clear explanation of the scope of a consent, in English (42 CFR 2.32(b))."""
    english = Language.ENGLISH
    receivers = ", ".join(one["name"] for one in consent.elements["recipients"])
    what = "; ".join(category_words(one, english) for one in consent.categories)
    why = "; ".join(purpose_words(one, english) for one in consent.purposes)
    end = day_words(consent.expires_on, english) if consent.expires_on else consent.expires_event
    return (
        f"The person allows {settings.CENTER_NAME} to share with {receivers}, until the end of {end}, "
        f"only this: {what}. Purpose: {why}. The person may take this consent back at any time."
    )
