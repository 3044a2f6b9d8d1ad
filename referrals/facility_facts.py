"""A partner's facts in words: for its page, its history, and for two people who change it at once."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from config.templatetags.ui import phone_display
from records.choices import LegalStatus
from referrals.choices import Access, Channel, Known, Level, Medication, Payer, Unit, Withdrawal
from referrals.models import Facility
from referrals.rules.samhsa import LABELS, LANGUAGES

FIELDS = (
    "npi", "levels", "withdrawal_yes", "withdrawal_no", "medications", "medications_no", "payers",
    "lists_complete", "services", "languages", "access", "pregnancy", "co_occurring", "unit", "age_min",
    "age_max", "hours_24", "admits_from", "admits_until", "beds_total", "channel", "coordinator", "phone",
    "fax", "email", "address", "city", "state", "zip", "caution", "checked_on",
)  # fmt: skip
OF_RECIPIENT = ("name", "legal_status", "active")


def facts_of(facility: Facility) -> dict[str, Any]:
    """Return everything that is known about a partner, as its revisions keep it."""
    facts = {name: plain(getattr(facility, name)) for name in FIELDS}
    return {**facts, **{name: getattr(facility.recipient, name) for name in OF_RECIPIENT}}


def plain(value: Any) -> Any:
    """Return a fact as a revision keeps it: days and times as text."""
    return value.isoformat() if isinstance(value, date | time) else value


def lines_of(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, words) of every fact; empty words mean not known."""
    complete = facts["lists_complete"]
    return [
        ("Offers", _words(Level, facts["levels"])),
        ("Withdrawal they manage", _words(Withdrawal, facts["withdrawal_yes"])),
        ("Withdrawal they do not take", _words(Withdrawal, facts["withdrawal_no"])),
        ("Go on with", _words(Medication, facts["medications"])),
        ("Do not go on with", _words(Medication, facts["medications_no"])),
        ("Payment", _words(Payer, facts["payers"])),
        ("Lists of payment and medicines", "Complete" if complete else "May lack something: call to check"),
        ("Pregnant people", _known(facts["pregnancy"])),
        ("Mental health care too", _known(facts["co_occurring"])),
        ("Takes", f"{Unit(facts['unit']).label}, {ages(facts['age_min'], facts['age_max'])}"),
        ("Languages", ", ".join(LANGUAGES.get(code, code) for code in facts["languages"])),
        ("Access", _words(Access, facts["access"])),
        ("Admits", _admits(facts)),
        ("Beds in all", "" if facts["beds_total"] is None else str(facts["beds_total"])),
        ("Reached by", str(Channel(facts["channel"]).label)),
        ("Ask for", facts["coordinator"]),
        ("Phone", phone_display(facts["phone"])),
        ("Fax", phone_display(facts["fax"])),
        ("E-mail", facts["email"]),
        ("Address", place(facts)),
        ("Legal status", _legal(facts["legal_status"])),
        ("NPI", facts["npi"]),
        ("Other services", ", ".join(LABELS.get(code, code) for code in facts["services"])),
        ("Check by phone", facts["caution"]),
        ("Checked with them on", facts["checked_on"] or ""),
    ]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return label, words before and words after of everything that changed."""
    named = [("Name", "name"), ("In use", "active")]
    pairs = [(label, _text(before.get(key)), _text(after.get(key))) for label, key in named]
    pairs += [
        (label, old, new) for (label, old), (_, new) in zip(lines_of(before), lines_of(after), strict=True)
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def ages(youngest: int | None, oldest: int | None) -> str:
    """Put a range of ages into words."""
    if youngest is None:
        return "ages not known" if oldest is None else f"up to age {oldest}"
    return f"ages {youngest} and older" if oldest is None else f"ages {youngest} to {oldest}"


def hours(begin: Any, end: Any) -> str:
    """Say between which times they admit, given as times or as text; empty when nobody knows."""
    return f"From {_clock(begin)} to {_clock(end)}" if begin and end else ""


def _admits(facts: Mapping[str, Any]) -> str:
    if facts["hours_24"]:
        return "Day and night"
    return hours(facts["admits_from"], facts["admits_until"])


def place(facts: Mapping[str, Any]) -> str:
    """Return the postal address in one line."""
    town = ", ".join(part for part in (facts["city"], facts["state"]) if part)
    last = f"{town} {facts['zip']}".strip()
    return ", ".join(part for part in (facts["address"], last) if part)


def _clock(moment: Any) -> str:
    at = time.fromisoformat(moment) if isinstance(moment, str) else moment
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def _words(choices: Any, codes: list[str]) -> str:
    return ", ".join(str(choices(code).label) for code in choices.values if code in codes)


def _known(code: str) -> str:
    return "" if code == Known.UNKNOWN else str(Known(code).label)


def _legal(code: str) -> str:
    return str(LegalStatus(code).label) if code else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value or "")
