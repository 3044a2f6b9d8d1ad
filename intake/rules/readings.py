"""What recorded instruments say to the rules: the latest of each kind, and never a low score by leaving out.

A form that is not complete counts by its lower bound alone, and only where that bound fires a rule by itself.
A suicide screen never sets "none": it can only raise what was answered. A PHQ-9 without an answer to its last
item says nothing about suicide, so it takes back nothing that an earlier one said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SUICIDALITY = ("none", "unknown", "low", "moderate", "active_now", "high")
# The lowest score that fires a detox rule by itself.
_FLOORS: Mapping[str, float] = {"cows": 5, "ciwa_ar": 1}
_PERCEPTION = ("ciwa_6", "ciwa_7", "ciwa_8")
_ORIENTATION = "ciwa_10"
_MOOD = "phq9_9"
_BY_ASQ = {"acute_positive": "active_now", "non_acute_positive": "low"}
_BY_CSSRS = {"low": "low", "moderate": "moderate", "high": "high"}


@dataclass(frozen=True)
class Reading:
    """One record that counts (it was not corrected by a later one), with its stored score."""

    id: str
    instrument: str
    observed_at: datetime
    recorded_at: datetime
    status: str
    total: float | None = None
    band: Any = None
    lower: float | None = None
    upper: float | None = None
    flags: tuple[str, ...] = ()
    answers: Mapping[str, float] = field(default_factory=dict)
    about: str = ""

    @property
    def complete(self) -> bool:
        """Whether every answer that the score needs is there."""
        return self.status in ("complete", "prorated")


@dataclass(frozen=True)
class Input:
    """A value for the rules, and the record that it comes from."""

    value: Any
    reading: Reading


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    """Oldest first, by when it was observed."""
    return sorted(readings, key=lambda one: (one.observed_at, one.recorded_at))


def of_kind(readings: Sequence[Reading], instrument: str) -> list[Reading]:
    """The records of one instrument, oldest first."""
    return in_order(one for one in readings if one.instrument == instrument)


def latest(readings: Sequence[Reading], instrument: str) -> Reading | None:
    """The record of one instrument that was observed last."""
    found = of_kind(readings, instrument)
    return found[-1] if found else None


def newest_of_each(readings: Sequence[Reading]) -> list[Reading]:
    """The last record of each instrument, and of each substance that it was asked about."""
    return list({(one.instrument, one.about): one for one in in_order(readings)}.values())


def current(readings: Sequence[Reading], instrument: str) -> list[Reading]:
    """The last complete record and every incomplete one after it; all of them when none is complete."""
    found = of_kind(readings, instrument)
    complete = [place for place, one in enumerate(found) if one.complete]
    return found[complete[-1] :] if complete else found


def inputs(readings: Sequence[Reading]) -> dict[str, Input]:
    """The keys of the detox rules' input that instruments give, with where each comes from."""
    found = {}
    for key, instrument in (("cows", "cows"), ("ciwa", "ciwa_ar"), ("pawss", "pawss")):
        found[key] = _highest(_measured(readings, instrument))
    withdrawal = current(readings, "ciwa_ar")
    found["ciwa_perceptual_max"] = _highest(_answered(withdrawal, _PERCEPTION))
    found["ciwa_orientation"] = _highest(_answered(withdrawal, (_ORIENTATION,)))
    found["suicidality"] = _suicidality(readings)
    return {key: value for key, value in found.items() if value is not None}


def worse_suicidality(answered: str | None, screened: str | None) -> str | None:
    """The worse of two; what is not known is worse than "none", and a screen alone never says "none"."""
    if screened is None:
        return answered
    return max(answered or "unknown", screened, key=SUICIDALITY.index)


def _measured(readings: Sequence[Reading], instrument: str) -> list[Input]:
    found = []
    for one in current(readings, instrument):
        if one.complete and one.total is not None:
            found.append(Input(one.total, one))
        elif one.lower is not None and one.lower >= _FLOORS.get(instrument, one.lower + 1):
            found.append(Input(one.lower, one))
    return found


def _answered(readings: Sequence[Reading], items: tuple[str, ...]) -> list[Input]:
    return [Input(one.answers[key], one) for one in readings for key in items if key in one.answers]


def _highest(found: list[Input]) -> Input | None:
    """The highest; of equals the newest."""
    return max(reversed(found), key=lambda one: one.value, default=None)


def _suicidality(readings: Sequence[Reading]) -> Input | None:
    found = []
    for instrument, words in (("asq", _BY_ASQ), ("cssrs_screener", _BY_CSSRS)):
        for one in current(readings, instrument):
            if one.band in words:
                found.append(Input(words[one.band], one))
    asked = [one for one in readings if _MOOD in one.answers]
    found += [Input("low", one) for one in current(asked, "phq9") if one.answers[_MOOD] >= 1]
    return max(reversed(found), key=lambda one: SUICIDALITY.index(one.value), default=None)
