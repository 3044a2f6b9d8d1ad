"""When the safety questions have to be asked again, and until when an assessment waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo


def asks_again(last: datetime | None, *, began: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Say whether the safety questions come first: never asked, not in this contact, or not on this day.

    `began` is when the contact of now began (a new call, or work that was resumed); the day is the center's.
    """
    if last is None or last < began:
        return True
    return last.astimezone(zone).date() < now.astimezone(zone).date()


# How long an assessment waits when nobody says until when, by the reason.
HOLD_FOR: Mapping[str, timedelta] = MappingProxyType(
    {
        "hung_up": timedelta(minutes=10),
        "will_call_back": timedelta(hours=1),
        "waiting_for_family": timedelta(hours=4),
        "emergency": timedelta(minutes=15),
        "shift_end": timedelta(hours=8),
    }
)
