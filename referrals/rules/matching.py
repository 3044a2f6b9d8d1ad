"""Which partners can take this person, which cannot, and why: no score, no money, same order every time.

A criterion excludes only when the partner is known not to meet it. What is not known becomes something to
check by phone, never a no. Order: fits first, then the freshest open beds, then the name.
Sources: 003_6413cf4bbc8f0f0c.txt lines 65, 66 and 93 (detox comes from partners), the partner criteria of
the referral directory requirements (type of care, withdrawal, age, unit, pregnancy, payment, medicines).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from referrals.choices import Level, Medication, Payer, Unit, Withdrawal

FRESH, STALE = timedelta(hours=4), timedelta(hours=24)
"""Bed numbers up to 4 hours old are shown plainly, up to 24 hours as "call to check", then not at all."""


@dataclass(frozen=True)
class Need:
    """What the person needs. None or "unknown" means not known, which excludes nobody."""

    level: str = "detox"
    withdrawal: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()
    payer: str | None = None
    pregnant: str = "unknown"
    age: int | None = None
    sex: str = "unknown"
    language: str = "en"
    at_night: bool = False


@dataclass(frozen=True)
class Capacity:
    """How many beds a partner said were open, when, and through whom."""

    beds_open: int
    reported_at: datetime
    source: str = "phone"


@dataclass(frozen=True)
class Candidate:
    """What is known about a partner. Empty `payers`, `medications` or `languages` mean not known."""

    id: str
    name: str
    levels: frozenset[str]
    withdrawal_yes: frozenset[str] = frozenset()
    withdrawal_no: frozenset[str] = frozenset()
    medications: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()
    pregnancy: str = "unknown"
    unit: str = "any"
    age_min: int = 18
    age_max: int | None = None
    languages: frozenset[str] = frozenset()
    hours_24: bool = False
    caution: str = ""
    capacity: Capacity | None = None


@dataclass(frozen=True)
class CapacityText:
    """Open beds in words with their age. `grade` is fresh, aging or unknown; `full` when none are open."""

    text: str
    grade: str
    full: bool = False


@dataclass(frozen=True)
class Match:
    """One partner's result: `why` it fits, `check` by phone, `why_not` as (criterion, sentence)."""

    facility_id: str
    name: str
    fits: bool
    why: tuple[str, ...]
    check: tuple[str, ...]
    why_not: tuple[tuple[str, str], ...]
    capacity: CapacityText


Finding = tuple[str, str, str]
"""(kind, criterion, sentence) where kind is "why", "check" or "why_not"."""


def match(need: Need, facilities: Iterable[Candidate], now: datetime) -> list[Match]:
    """Judge every partner against the need and put them in the order in which to ask them."""
    return sorted((_judge(need, facility, now) for facility in facilities), key=_order)


def capacity_text(capacity: Capacity | None, now: datetime) -> CapacityText:
    """Say how many beds are open and how old that is; older than 24 hours is not known."""
    if capacity is None:
        return CapacityText("Beds not known", "unknown")
    age = max(now - capacity.reported_at, timedelta(0))
    if age > STALE:
        return CapacityText(f"Beds not known (last heard {_age(age)} ago)", "unknown")
    beds = "No bed open" if not capacity.beds_open else _count(capacity.beds_open, "bed") + " open"
    full = capacity.beds_open == 0
    if age > FRESH:
        return CapacityText(f"{beds}, {_age(age)} ago. Call to check", "aging", full)
    return CapacityText(f"{beds}, confirmed {_age(age)} ago", "fresh", full)


def _order(result: Match) -> tuple:
    """Sort fits by bed freshness, misses by how few things stand in the way, both then by name."""
    beds = 3 if result.capacity.full else ("fresh", "aging", "unknown").index(result.capacity.grade)
    return (not result.fits, len(result.why_not), beds, result.name.casefold(), result.facility_id)


def _judge(need: Need, facility: Candidate, now: datetime) -> Match:
    findings: list[Finding] = [
        *_level(need, facility),
        *_withdrawal(need, facility),
        *_pregnancy(need, facility),
    ]
    findings += [*_age_and_unit(need, facility), *_payer(need, facility), *_medications(need, facility)]
    findings += _soft(need, facility)
    why_not = tuple((criterion, text) for kind, criterion, text in findings if kind == "why_not")
    return Match(
        facility_id=facility.id,
        name=facility.name,
        fits=not why_not,
        why=tuple(text for kind, _, text in findings if kind == "why"),
        check=tuple(text for kind, _, text in findings if kind == "check"),
        why_not=why_not,
        capacity=capacity_text(facility.capacity, now),
    )


def _level(need: Need, facility: Candidate) -> list[Finding]:
    label = _lower(_label(Level, need.level))
    if need.level in facility.levels:
        return [("why", "level", f"Offers {label}")]
    return [("why_not", "level", f"Does not offer {label}")]


def _withdrawal(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    able = [
        _lower(_label(Withdrawal, code))
        for code in Withdrawal.values
        if code in need.withdrawal & facility.withdrawal_yes
    ]
    if able:
        found.append(("why", "withdrawal", "Manages withdrawal from " + _join(able)))
    for code in Withdrawal.values:
        if code not in need.withdrawal or code in facility.withdrawal_yes:
            continue
        name = _lower(_label(Withdrawal, code))
        if code in facility.withdrawal_no:
            found.append(("why_not", f"withdrawal_{code}", f"Does not take withdrawal from {name}"))
        else:
            found.append(("check", "withdrawal", f"Withdrawal from {name} is not listed"))
    return found


def _pregnancy(need: Need, facility: Candidate) -> list[Finding]:
    if need.pregnant in {"yes", "possible"}:
        return {
            "yes": [("why", "pregnancy", "Takes pregnant people")],
            "no": [("why_not", "pregnancy", "Does not take pregnant people")],
        }.get(facility.pregnancy, [("check", "pregnancy", "Not known if they take pregnant people")])
    if need.pregnant != "no" and need.sex != "male" and facility.pregnancy == "no":
        return [("check", "pregnancy", "Pregnancy is not known, and they do not take pregnant people")]
    return []


def _age_and_unit(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    if need.age is None:
        found.append(("check", "age", "Age is not known"))
    elif need.age < facility.age_min or (facility.age_max is not None and need.age > facility.age_max):
        upper = f" to {facility.age_max}" if facility.age_max is not None else " and older"
        found.append(("why_not", "age", f"Takes ages {facility.age_min}{upper}"))
    if facility.unit != "any":
        unit = _lower(_label(Unit, facility.unit))
        if need.sex == facility.unit:
            found.append(("why", "unit", f"Has a unit for {unit}"))
        elif need.sex in {"female", "male"}:
            found.append(("why_not", "unit", f"Takes {unit} only"))
        else:
            found.append(("check", "unit", f"Takes {unit} only"))
    return found


def _payer(need: Need, facility: Candidate) -> list[Finding]:
    if need.payer is None:
        return [("check", "payer", "How care will be paid is not known")]
    label = _label(Payer, need.payer)
    if not facility.payers:
        return [("check", "payer", f"Call to confirm that they take {label}")]
    if need.payer in facility.payers:
        return [("why", "payer", f"Takes {label}")]
    takes = _join([_label(Payer, code) for code in Payer.values if code in facility.payers])
    return [("why_not", "payer", f"Does not take {label} (takes {takes})")]


def _medications(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    for code in Medication.values:
        if code not in need.medications:
            continue
        name = _lower(_label(Medication, code))
        if code in facility.medications:
            found.append(("why", "medication", f"Can go on with {name}"))
        elif facility.medications:
            found.append(("why_not", f"medication_{code}", f"Cannot go on with {name}"))
        else:
            found.append(("check", "medication", f"Ask if they can go on with {name}"))
    return found


def _soft(need: Need, facility: Candidate) -> list[Finding]:
    found: list[Finding] = []
    if facility.hours_24:
        found.append(("why", "hours", "Takes people day and night"))
    elif need.at_night:
        found.append(("check", "hours", "Ask if they take people at night"))
    if need.language != "en" and need.language in facility.languages:
        found.append(("why", "language", "Has staff who speak the person's language"))
    elif need.language != "en":
        found.append(("check", "language", "Ask for an interpreter"))
    if facility.caution:
        found.append(("check", "caution", facility.caution))
    return found


def _label(choices: type, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code.replace("_", " ")  # type: ignore[attr-defined]


def _lower(label: str) -> str:
    """Put a label into the middle of a sentence; abbreviations stay as they are."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _join(words: list[str]) -> str:
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
