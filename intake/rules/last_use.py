"""From what a person says about the last use to the latest moment at which it can have been."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.answers import Answers, value_of, was_asked

LAST_USE_FIELDS = frozenset({"last_use", "last_use_at", "last_use_exactness", "substance"})
"""The fields of a row that move the upper bound of its last use."""

APPROXIMATE = timedelta(hours=12)
"""How much later than an "about" time the use can have been."""


def midnight(moment: datetime, zone: ZoneInfo, days_back: int) -> datetime:
    """The start of the day `days_back` days before `moment`'s day in `zone`, in UTC."""
    day = moment.astimezone(zone).date() - timedelta(days=days_back)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def exact_time(row: Answers) -> datetime | None:
    """The date and time that was given, if one was, at its latest; in UTC. An unsure time is none."""
    said = value_of(row, "last_use")
    text = value_of(row, "last_use_at")
    if text is None or said not in (None, "exact"):
        return None
    moment = datetime.fromisoformat(text).astimezone(UTC)
    if not was_asked(row, "last_use_exactness"):
        return moment
    sure = value_of(row, "last_use_exactness")
    if sure == "approximate":
        return moment + APPROXIMATE
    return moment if sure == "exact" else None


def is_known(row: Answers) -> bool:
    """Whether the row says anything about when the last use was."""
    said = value_of(row, "last_use")
    if said == "exact" or said is None:
        return exact_time(row) is not None
    return True


def latest_last_use(row: Answers, *, asked_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The upper bound of the last use of one row; None only for a row without any answer.

    `asked_at` is when the answer was given. Whatever isn't known can have been as late as that moment, so
    that an unknown answer never makes a later examination look late enough.
    """
    if not any(was_asked(row, name) for name in row):
        return None
    exact = exact_time(row)
    if exact is not None:
        return min(exact, asked_at)
    said = value_of(row, "last_use")
    bounds = {
        "yesterday": lambda: midnight(asked_at, zone, 0),
        "two_three_days": lambda: midnight(asked_at, zone, 1),
        "four_seven_days": lambda: midnight(asked_at, zone, 3),
        "over_a_week": lambda: asked_at - timedelta(days=7),
    }
    return bounds[said]() if said in bounds else asked_at


_REACHES_BACK = {
    "yesterday": timedelta(days=1),
    "two_three_days": timedelta(days=2),
    "four_seven_days": timedelta(days=4),
}


def earliest_last_use(row: Answers, latest: datetime, zone: ZoneInfo) -> datetime | None:
    """The lower bound of the last use of one row whose upper bound is `latest`; None when there is none.

    For drawing only: no rule and no gate reads it.
    """
    said = value_of(row, "last_use")
    if exact_time(row) is not None:
        approximate = value_of(row, "last_use_exactness") == "approximate"
        return latest - 2 * APPROXIMATE if approximate else latest
    if said == "today":
        return midnight(latest, zone, 0)
    return latest - _REACHES_BACK[said] if said in _REACHES_BACK else None


def hours_since(row: Answers, latest: datetime | None, *, now: datetime) -> float | None:
    """Hours that have passed for certain since the last use; None when nothing was said about it."""
    if latest is None or not is_known(row):
        return None
    return round(max((now - latest).total_seconds(), 0) / 3600, 2)
