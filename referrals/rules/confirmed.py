"""How long ago a partner's facts were confirmed with them: older than a year is said, never hidden."""

from datetime import date

OLDEST_MONTHS = 12
"""After so many months what we know of a partner counts as not confirmed. A starting value of ours."""


def oldest_day(today: date) -> date:
    """Return the first day whose confirmation still counts; 29 February becomes 28."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:
        return today.replace(year=today.year - 1, day=28)


def unconfirmed(checked_on: date | None, today: date) -> str:
    """Say since when nobody confirmed a partner's facts; empty when somebody did within a year."""
    if checked_on is None:
        return "Never confirmed with them"
    if checked_on >= oldest_day(today):
        return ""
    return f"Not confirmed since {checked_on.day} {checked_on:%B %Y}"
