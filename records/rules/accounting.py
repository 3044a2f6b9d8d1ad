"""The window of an accounting of disclosures, and what counts as treatment, payment and operations."""

from dataclasses import dataclass
from datetime import date

# 42 CFR 2.25: three years before the request; 45 CFR 164.528(a)(1): up to six.
USUAL_YEARS = 3
MOST_YEARS = 6
TPO = frozenset({"treatment", "payment", "operations"})


@dataclass(frozen=True)
class Window:
    """The first and the last day of an accounting, both included."""

    first: date
    last: date


def years_before(day: date, years: int) -> date:
    """Return the same day `years` earlier; 29 February becomes 1 March of a year without one."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def window(first: date | None, last: date | None, today: date) -> Window:
    """Return the window that was asked for, cut to the six years before `today` and to today itself.

    Without a first day it begins three years before its last day; a first day after the last is the last.
    """
    end = min(last or today, today)
    earliest = years_before(today, MOST_YEARS)
    begin = max(first or years_before(end, USUAL_YEARS), earliest)
    end = max(end, earliest)
    return Window(min(begin, end), end)


def is_tpo(purpose: str) -> bool:
    """Tell whether a disclosure was for treatment, payment or health care operations (45 CFR 164.501)."""
    return purpose in TPO
