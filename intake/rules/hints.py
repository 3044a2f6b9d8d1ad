"""What instruments suggest for the ratings F2, F3 and F4: a number with its reason, for a clinician to read.

Hints are text. They are never preselected, and no rule reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.rules.catalogue import BY_ID
from intake.rules.readings import Reading, latest

NOTHING_FOR_EARLIER_TREATMENT = "No instrument says this: rate it from earlier treatment as it was told"


@dataclass(frozen=True)
class Hint:
    """A rating that a result suggests, why, and the record it comes from (its id)."""

    factor: str
    rating: str
    reason: str
    record: str


def hints(readings: Sequence[Reading]) -> tuple[Hint, ...]:
    """The hints of the latest results, factor by factor."""
    found = [
        *_mood(readings, "phq9", "symptoms of depression"),
        *_mood(readings, "gad7", "symptoms of anxiety"),
        *_trauma(readings),
        *_suicide(readings),
        *_home(readings),
    ]
    return tuple(sorted(found, key=lambda hint: hint.factor))


def _hint(factor: str, rating: str, reason: str, reading: Reading) -> Hint:
    return Hint(factor, rating, f"{BY_ID[reading.instrument].short}: {reason}", reading.id)


def _mood(readings: Sequence[Reading], instrument: str, what: str) -> list[Hint]:
    """From 10 points active symptoms; from 20 (PHQ-9) or 15 (GAD-7) symptoms to watch closely."""
    one = latest(readings, instrument)
    points = None if one is None else one.total if one.total is not None else one.lower
    if one is None or points is None:
        return []
    most = 20 if instrument == "phq9" else 15
    least = "" if one.complete else "at least "
    if points >= most:
        return [_hint("F2", "2 or 3", f"{least}{points:g} points, severe {what}", one)]
    if points >= 10:
        return [_hint("F2", "2", f"{least}{points:g} points, {what}", one)]
    return []


def _trauma(readings: Sequence[Reading]) -> list[Hint]:
    one = latest(readings, "pc_ptsd5")
    if one is None or "PTSD_POSITIVE" not in one.flags:
        return []
    return [_hint("F2", "2", "trauma screen positive", one)]


def _suicide(readings: Sequence[Reading]) -> list[Hint]:
    words = {
        "acute_positive": ("4", "positive, with thoughts now or not known to be without"),
        "non_acute_positive": ("2 or 3", "positive, without thoughts right now"),
        "high": ("4", "high risk"),
        "moderate": ("3", "moderate risk"),
        "low": ("2", "low risk"),
    }
    found = []
    for instrument in ("asq", "cssrs_screener"):
        one = latest(readings, instrument)
        if one is not None and one.band in words:
            rating, reason = words[one.band]
            found.append(_hint("F2", rating, reason, one))
    return found


def _home(readings: Sequence[Reading]) -> list[Hint]:
    """Living situation 1 suggests 2, 2 suggests 3 or 4; not safe at home suggests 3."""
    one = latest(readings, "ahc_hrsn")
    if one is None:
        return []
    found = []
    living = one.answers.get("living")
    if living == 1:
        found.append(_hint("F4", "2", "has a place, worried about losing it", one))
    if living == 2:
        found.append(_hint("F4", "3 or 4", "no steady place to live", one))
    if living is None and "housing" in (one.band or []):
        found.append(_hint("F4", "2 to 4", "needs help with housing", one))
    if "UNSAFE" in one.flags:
        found.append(_hint("F4", "3", "may not be safe at home", one))
    return found
