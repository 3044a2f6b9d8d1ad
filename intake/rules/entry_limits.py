"""What a score or a vital sign may be for coming to a center without medical detox, and what is an emergency.

Local defaults for the medical director's sign-off (`docs/clinical-sign-off.md`). They are the limits of the
detox rules (bands 3 and 4 of each vital sign, E-05, E-15, E-16), written down once more because the database
judges by what is decided here when a result is saved: `tests/programs/test_entry_limits.py` compares the two.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from intake.answers import value_of
from intake.rules.readings import Reading

COWS_LIMIT, CIWA_LIMIT = 12, 9
SCORE, EMERGENCY = "score", "emergency"
_LIMITS: Mapping[str, int] = {"cows": COWS_LIMIT, "ciwa_ar": CIWA_LIMIT}
_EMERGENCY_FROM: Mapping[str, int] = {"cows": 37, "ciwa_ar": 35}
_EMERGENCY_BANDS: Mapping[str, str] = {"asq": "acute_positive", "cssrs_screener": "high"}
_EMERGENCY_ITEMS: Mapping[str, int] = {"ciwa_6": 4, "ciwa_7": 4, "ciwa_8": 4, "ciwa_10": 2}
_CIWA = "ciwa_ar"

LOWEST: Mapping[str, float] = {"hr": 40, "sbp": 90, "rr": 10, "spo2": 93, "temp_c": 35}
"""The lowest reading of a vital sign that is still within the limits."""
HIGHEST: Mapping[str, float] = {"hr": 120, "rr": 24}
"""The highest reading that is still within the limits."""
TOO_HIGH_FROM: Mapping[str, float] = {"sbp": 180, "dbp": 120, "temp_c": 38.5}
"""The reading from which on a vital sign is outside the limits."""
VITAL_SIGNS = ("hr", "sbp", "dbp", "rr", "spo2", "temp_c")
_MEASURED_AT = "vitals_at"
VITALS = frozenset({*VITAL_SIGNS, _MEASURED_AT})
"""The questions of the section on health that are about vital signs."""


def concern(reading: Reading) -> str:
    """Return EMERGENCY or SCORE for a result outside the limits, else "". An incomplete form counts by its
    lower bound.
    """
    instrument = reading.instrument
    total = (reading.total if reading.complete else reading.lower) or 0
    items = reading.answers if instrument == _CIWA else {}
    if (
        (instrument in _EMERGENCY_BANDS and reading.band == _EMERGENCY_BANDS[instrument])
        or (instrument in _EMERGENCY_FROM and total >= _EMERGENCY_FROM[instrument])
        or any(items.get(key, 0) >= least for key, least in _EMERGENCY_ITEMS.items())
    ):
        return EMERGENCY
    return SCORE if instrument in _LIMITS and total > _LIMITS[instrument] else ""


def vital_outside(sign: str, reading: float) -> bool:
    """Tell whether one vital sign is outside the limits."""
    return (
        reading < LOWEST.get(sign, reading)
        or reading > HIGHEST.get(sign, reading)
        or (sign in TOO_HIGH_FROM and reading >= TOO_HIGH_FROM[sign])
    )


def vitals_outside(vitals: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the vital signs of `vitals` (sign to number) that are outside the limits."""
    known = ((sign, vitals.get(sign)) for sign in VITAL_SIGNS)
    return tuple(sign for sign, value in known if value is not None and vital_outside(sign, float(value)))


def measured_outside(answers: Mapping[str, Any], *, said_at: datetime) -> datetime | None:
    """Return when vital signs outside the limits were measured, by the answers on health; None within them.

    Without a time of their own they count as measured when they were said.
    """
    if not vitals_outside({sign: value_of(answers, sign) for sign in VITAL_SIGNS}):
        return None
    measured = value_of(answers, _MEASURED_AT)
    return datetime.fromisoformat(measured) if measured else said_at
