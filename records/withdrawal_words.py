"""The fixed words of the notice of a withdrawal. They name nobody in care; nobody edits them."""

from collections.abc import Sequence
from datetime import date

from records.choices import Language
from records.consent_texts import day_words

SUBJECT = "A notice is waiting for you"
MAIL = """A notice is waiting for you. Its reference is {reference}.

Please call us at {phone} and say the reference. We will read it to you or send it on paper.
No personal information is in this e-mail.

{center}, {phone}
"""
NOTICE = (
    "Notice of withdrawal of consent",
    "To: {receiver}",
    "From: {center}, {phone}",
    "Reference: {reference}",
    "On the days listed below we shared a record with you on the written consent of the person it is about. "
    "On {day} that person took the consent back.",
    "Shared: {shared}.",
    "From that day we share nothing more with you on that consent. Do not rely on it further: do not use or "
    "pass on the record on the strength of it, except as far as you have already acted on it or another law "
    "requires (42 CFR 2.31(a)(6)).",
    "42 CFR part 2 still protects what you hold. If you can return or destroy it, please do, and tell us.",
)


def notice_text(
    *, receiver: str, center: str, phone: str, reference: str, day: date, shared: Sequence[tuple[date, str]]
) -> str:
    """Return the notice to one receiver. `shared` are the days and short references of what was shared."""
    english = Language.ENGLISH
    listed = "; ".join(f"{day_words(on, english)} (our reference {code})" for on, code in shared)
    return "\n\n".join(NOTICE).format(
        receiver=receiver, center=center, phone=phone, reference=reference, day=day_words(day, english),
        shared=listed,
    )  # fmt: skip
