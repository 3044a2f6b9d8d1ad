"""When a result asks for a person at once: how fast, and what has to be asked before that can end."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.rules.entry_limits import EMERGENCY, concern
from intake.rules.readings import Reading, in_order, latest

SCORE_EMERGENCY = "SCORE_EMERGENCY"
AT_ONCE = frozenset({"SUICIDE_HIGH", "CIWA_PERCEPTUAL", "CIWA_DISORIENTED", "CIWA_SEVERE", SCORE_EMERGENCY})
SAME_DAY = frozenset({"SUICIDE_FOLLOWUP", "SUICIDE_MODERATE", "SUICIDE_LOW", "UNSAFE"})
SUICIDE = frozenset({"SUICIDE_HIGH", "SUICIDE_FOLLOWUP", "SUICIDE_MODERATE", "SUICIDE_LOW"})
# Local defaults: needs clinical sign-off (docs/clinical-sign-off.md).
NOW_WITHIN = timedelta(minutes=15)
SAME_DAY_WITHIN = timedelta(hours=4)
LATE_IN_THE_DAY = timedelta(hours=1)
_ITEM_9 = "phq9_9"
_SCREENS = ("asq", "cssrs_screener")


def codes_of(reading: Reading) -> list[str]:
    """The flags of a reading, and one of our own where its score is an emergency that no flag tells."""
    codes = list(reading.flags)
    if concern(reading) == EMERGENCY and not AT_ONCE & set(codes):
        codes.append(SCORE_EMERGENCY)
    return codes


def reasons(reading: Reading) -> list[str]:
    """The codes of a reading that open a follow-up, the most urgent first."""
    found = [code for code in codes_of(reading) if code in AT_ONCE | SAME_DAY]
    # A yes to "right now" counts whatever the four questions before it say.
    if reading.instrument == "asq" and reading.answers.get("a5") == 1 and "SUICIDE_HIGH" not in found:
        found.append("SUICIDE_HIGH")
    return sorted(found, key=lambda code: (code not in AT_ONCE, code))


def due(codes: Iterable[str], now: datetime, zone: ZoneInfo) -> datetime:
    """By when somebody has followed up: within minutes, else the same day of the center.

    Late in the evening there is still an hour, so that the clock is one that can be kept.
    """
    if AT_ONCE & set(codes):
        return now + NOW_WITHIN
    last_minute = datetime.combine(now.astimezone(zone).date(), time(23, 59), zone)
    return max(min(now + SAME_DAY_WITHIN, last_minute), now + LATE_IN_THE_DAY)


def still_to_ask(readings: Sequence[Reading]) -> list[tuple[Reading, str]]:
    """The records whose open suicide question blocks the end of a follow-up, with what to do.

    A suicide screen that is complete, and was done at the same time or later, answers it as well.
    """
    found = []
    mood = latest(readings, "phq9")
    if mood is not None and _ITEM_9 not in mood.answers and not _screened_since(readings, mood):
        found.append((mood, "Ask the last question of the PHQ-9, or give the ASQ"))
    for instrument in _SCREENS:
        screen = latest(readings, instrument)
        if screen is not None and not screen.complete and not _screened_since(readings, screen):
            found.append((screen, "Ask what was left out of the suicide screen"))
    return found


def _screened_since(readings: Sequence[Reading], reading: Reading) -> bool:
    return any(
        one.complete and one.instrument in _SCREENS and one.observed_at >= reading.observed_at
        for one in in_order(readings)
        if one is not reading
    )
