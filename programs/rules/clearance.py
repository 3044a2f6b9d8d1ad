"""What a medical clearance must say, how long it holds, and what keeps it from being accepted.

There is no national form. The required list, the windows and the entry band are local defaults of the center;
each needs the medical director's sign-off (`docs/clinical-sign-off.md`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programs.rules.detox import DETOX

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
COWS_LIMIT, CIWA_LIMIT = 12, 9
_BAND_TOO_HIGH = 3


@dataclass(frozen=True)
class Validity:
    """Until when a clearance holds, and which part of it ends first."""

    until: datetime
    part: str


def npi_fits(npi: str) -> bool:
    """Tell whether `npi` is ten digits with the right check digit (Luhn over 80840 and the number).

    Proves form only, never identity; 1234567893 fits.
    """
    if len(npi) != 10 or not (npi.isascii() and npi.isdigit()):
        return False
    doubled = {str(d): sum(divmod(2 * d, 10)) for d in range(10)}
    digits = ("80840" + npi)[::-1]
    return sum(doubled[d] if i % 2 else int(d) for i, d in enumerate(digits)) % 10 == 0


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


def not_said(content: Mapping[str, Any]) -> tuple[str, ...]:
    """List, in words, what every clearance must say and this one does not."""
    gaps = [words for key, words in REQUIRED.items() if content.get(key) in (None, "")]
    if content.get("cows") is None and content.get("ciwa") is None:
        gaps.append("withdrawal score (COWS or CIWA-Ar)")
    return tuple(gaps)


def above_entry_band(content: Mapping[str, Any]) -> tuple[str, ...]:
    """List, in words, each finding that is outside the limits for coming here."""
    found = []
    if (content.get("cows") or 0) > COWS_LIMIT:
        found.append(f"COWS is above {COWS_LIMIT}")
    if (content.get("ciwa") or 0) > CIWA_LIMIT:
        found.append(f"CIWA-Ar is above {CIWA_LIMIT}")
    for sign, words in VITALS.items():
        reading = content.get(sign)
        if reading is not None and _band(sign, float(reading)) >= _BAND_TOO_HIGH:
            found.append(f"{words} is outside the limits")
    return tuple(found)


def _band(sign: str, reading: float) -> int:
    """Return the band (0 to 4) of a vital sign by the detox rules' own table."""
    for band, condition in DETOX.vital_bands[sign]:
        if condition.holds({"reading": reading}):
            return band
    return 0
