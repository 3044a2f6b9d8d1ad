"""What a medical clearance must say, how long it holds, and what keeps it from being accepted.

There is no national form. The required list, the windows and the entry band are local defaults of the center;
each needs the medical director's sign-off (`docs/clinical-sign-off.md`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intake.rules.entry_limits import CIWA_LIMIT, COWS_LIMIT, vitals_outside

WINDOWS_HOURS: Mapping[str, int] = {
    "clearance_signature": 72,
    "vitals": 24,
    "pregnancy_test": 72,
    "urine_drug_screen": 72,
    "cows_or_ciwa": 24,
    "lfts": 168,
    "ecg": 720,
    "cbc_bmp": 168,
    "tb_screen": 8760,
    "medication_list": 72,
}
PART_WORDS: Mapping[str, str] = {
    "clearance_signature": "signature",
    "vitals": "vital signs",
    "pregnancy_test": "pregnancy test",
    "urine_drug_screen": "urine drug screen",
    "cows_or_ciwa": "withdrawal score",
    "lfts": "liver tests",
    "ecg": "ECG",
    "cbc_bmp": "blood count and chemistry",
    "tb_screen": "TB screen",
    "medication_list": "medicine list",
}
ALWAYS_PARTS = ("clearance_signature", "vitals", "cows_or_ciwa", "medication_list")
"""Parts of every clearance; without a time of their own they count from the examination."""

CREDENTIALS = ("MD", "DO", "NP", "PA")
VITALS: Mapping[str, str] = {
    "hr": "heart rate",
    "sbp": "blood pressure, upper number",
    "dbp": "blood pressure, lower number",
    "rr": "breaths",
    "spo2": "oxygen saturation",
    "temp_c": "temperature",
}
REQUIRED: Mapping[str, str] = {
    "person_name": "name of the person",
    "person_born": "date of birth of the person",
    "examiner_name": "name of the examiner",
    "credential": "credential of the examiner",
    "licence": "license state and number",
    "npi": "NPI",
    "facility": "facility",
    "callback_phone": "call-back phone",
    "medicines": "medicines with doses and last dose",
    "allergies": "allergies",
    **VITALS,
}
STATEMENT = (
    "I have examined this person and, in my judgement, they are medically stable for a non-detox (no medical "
    "withdrawal management on site) behavioral treatment setting at this time."
)
COWS_FALLS_FROM = 5
"""From here a COWS has to be lower than one before it; below it there is hardly anything left to fall."""
CIWA_APART = timedelta(hours=4)
"""How far apart the two CIWA-Ar are that both have to be within the limit."""

WARN_HOURS = (1, 4, 24)
"""How long before a clearance ends its workers are warned, the most urgent first."""


@dataclass(frozen=True)
class Validity:
    """Until when a clearance holds, and which part of it ends first."""

    until: datetime
    part: str


def validity(
    examined_at: datetime, parts: Mapping[str, datetime], windows: Mapping[str, int] = WINDOWS_HOURS
) -> Validity:
    """Return the end of a clearance: the earliest end of its parts, each from its own time.

    `parts` names the time of what was done at another moment than the examination; a part later than the
    examination counts from the examination.
    """
    times = dict.fromkeys(ALWAYS_PARTS, examined_at)
    times |= {part: min(at, examined_at) for part, at in parts.items() if part in windows}
    ends = [(at + timedelta(hours=windows[part]), part) for part, at in times.items()]
    return Validity(*min(ends))


def warned_hours(until: datetime, now: datetime) -> int | None:
    """Return the closest warning that is due before `until`; None when it is far, or over."""
    if until <= now:
        return None
    return next((hours for hours in WARN_HOURS if until - now <= timedelta(hours=hours)), None)


def not_said(content: Mapping[str, Any]) -> tuple[str, ...]:
    """List, in words, what every clearance must say and this one does not."""
    gaps = [words for key, words in REQUIRED.items() if content.get(key) in (None, "")]
    if content.get("cows") is None and content.get("ciwa") is None:
        gaps.append("withdrawal score (COWS or CIWA-Ar)")
    return (*gaps, *_earlier_scores(content))


def score_time(content: Mapping[str, Any]) -> datetime | None:
    """Return when the withdrawal score was taken: at the examination, unless it has a time of its own."""
    return _moment((content.get("parts") or {}).get("cows_or_ciwa") or content.get("examined_at"))


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _earlier_scores(content: Mapping[str, Any]) -> Iterator[str]:
    """Name the earlier score that is missing: one COWS can't fall, and one CIWA-Ar may be a good hour."""
    before, at = _moment(content.get("score_before_at")), score_time(content)
    if (content.get("cows") or 0) >= COWS_FALLS_FROM and (content.get("cows_before") is None or not before):
        yield "an earlier COWS with its time, to see that it falls"
    apart = before is not None and (at is None or at - before >= CIWA_APART)
    if content.get("ciwa") is not None and not (apart and content.get("ciwa_before") is not None):
        yield f"a CIWA-Ar at least {CIWA_APART.seconds // 3600} hours earlier, with its time"


def above_entry_band(content: Mapping[str, Any]) -> tuple[str, ...]:
    """List, in words, each finding that is outside the limits for coming here."""
    found = []
    if (content.get("cows") or 0) > COWS_LIMIT:
        found.append(f"COWS is above {COWS_LIMIT}")
    if (content.get("ciwa") or 0) > CIWA_LIMIT:
        found.append(f"CIWA-Ar is above {CIWA_LIMIT}")
    cows, before = content.get("cows"), content.get("cows_before")
    if cows is not None and before is not None and cows >= max(before, COWS_FALLS_FROM):
        found.append("COWS is not falling")
    if content.get("ciwa") is not None and (content.get("ciwa_before") or 0) > CIWA_LIMIT:
        found.append(f"the earlier CIWA-Ar is above {CIWA_LIMIT}")
    found += [f"{VITALS[sign]} is outside the limits" for sign in vitals_outside(content)]
    return tuple(found)


def rose(before: Any, later: Any) -> bool:
    """Tell whether a COWS measured after an examination is higher than the one on the paper, and not low."""
    return before is not None and later is not None and later >= COWS_FALLS_FROM and later > before


def pregnancy_found(content: Mapping[str, Any]) -> bool:
    """Tell whether its pregnancy test is positive."""
    return (content.get("results") or {}).get("pregnancy_test") == "positive"


def knew_of_pregnancy(content: Mapping[str, Any]) -> bool:
    """Tell whether the examiner or we knew of a pregnancy when the clearance came in."""
    return bool(content.get("known_pregnant")) or pregnancy_found(content)
