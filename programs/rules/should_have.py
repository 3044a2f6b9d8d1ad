"""What an admission should have: nothing of it stops care, and nothing of it is forgotten.

Pure: what is known goes in, one row for each thing comes out. What is open at an admission needs a reason and
is then due within `DUE_HOURS`; an arrival plan is of no use once the person is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

DUE_HOURS: dict[str, int | None] = {
    "notice": 4,
    "consent": 24,
    "benefits": 24,
    "emergency": 4,
    "arrival": None,
    "checklist": 72,
}
"""How long after the admission each is due; None: it ends with the admission."""


@dataclass(frozen=True)
class Known:
    """What is on file. `benefits` and `arrival` are words, empty when nothing is recorded.

    `who` says by item who did it and when, in words.
    """

    notice_given: bool
    consents: int
    benefits: str
    benefits_settled: bool
    emergency_contact: bool
    arrival: str
    prepared: int
    to_prepare: int
    who: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Should:
    """One thing that an admission should have: whether it is there, in words, where to do it, and who did."""

    item: str
    there: bool
    words: str
    fix: str
    who: str = ""


def should_have(known: Known) -> tuple[Should, ...]:
    """Return every thing with its state, in the order of the page."""
    signed = f"{known.consents} on file" if known.consents else "None on file"
    done = f"{known.prepared} of {known.to_prepare} done"
    notice = "Given" if known.notice_given else "Not given"
    contact = "Recorded" if known.emergency_contact else "Not recorded"
    found = (
        Should("notice", known.notice_given, notice, "Give the notice"),
        Should("consent", known.consents > 0, signed, "Prepare one"),
        Should("benefits", known.benefits_settled, known.benefits or "Not recorded", "Record them"),
        Should("emergency", known.emergency_contact, contact, "Record one"),
        Should("arrival", bool(known.arrival), known.arrival or "Not planned", "Plan it"),
        Should("checklist", known.prepared >= known.to_prepare, done, "Open the list"),
    )
    return tuple(replace(one, who=known.who.get(one.item, "")) for one in found)


def due_at(item: str, admitted_at: datetime) -> datetime | None:
    """Return when an open thing is due after an admission; None when the admission ends it."""
    hours = DUE_HOURS[item]
    return None if hours is None else admitted_at + timedelta(hours=hours)
