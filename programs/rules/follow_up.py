"""When somebody who left a stay with nights is called, and when a call that was not made is over. Pure.

The times are the product's own: seed 003 lines 110 and 117 say that the first 90 days are hard and that a
year of contact helps (`docs/clinical-sign-off.md`).
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOURS = (24, 72)
DAYS = (7, 14, 30, 60, 90)
MONTHS = tuple(range(4, 13))
AT = time(10)
"""The time of day of a call that is due on a day, in the center's zone."""

SHOWN_BEFORE = timedelta(hours=12)
"""How long before it is due a call is on the list, and can be made."""

LAST_ENDS_AFTER = timedelta(days=30)
"""How long after its due time the last one is over; each other one is over when the next is due."""


def schedule(left_at: datetime, zone: ZoneInfo) -> tuple[tuple[str, datetime], ...]:
    """Return each step with its due time (aware), earliest first.

    Hours count from the moment of leaving; days and months from its date in the center's zone.
    """
    day = left_at.astimezone(zone).date()
    return (
        *((f"h{number}", left_at.astimezone(UTC) + timedelta(hours=number)) for number in HOURS),
        *((f"d{number}", _at_ten(day + timedelta(days=number), zone)) for number in DAYS),
        *((f"m{number}", _at_ten(months_after(day, number), zone)) for number in MONTHS),
    )


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _at_ten(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, AT, zone)


STEPS = (*(f"h{n}" for n in HOURS), *(f"d{n}" for n in DAYS), *(f"m{n}" for n in MONTHS))
"""Every step, earliest first."""


def unmade(*, tried: bool, in_care: bool) -> str:
    """Say how a follow-up ends that is over and was not made: the outcome's code."""
    if in_care:
        return "in_care"
    return "not_reached" if tried else "missed"
