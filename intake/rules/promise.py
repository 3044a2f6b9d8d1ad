"""When we promise to call: soon when somebody is there, in the morning when not, at once in danger."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

# The part of the day somebody asked for, as hours in the center's zone.
WINDOWS = {"morning": (9, 12), "afternoon": (12, 17), "evening": (17, 21)}
TRY_AGAIN_AT = 9


@dataclass(frozen=True)
class Hours:
    """When somebody answers: whole hours in the center's zone (24 is midnight), and minutes to call back."""

    open_from: int = 7
    open_until: int = 24
    zone: str = "America/New_York"
    minutes: int = 30

    def local(self, moment: datetime) -> datetime:
        """Return the moment on the center's wall clock."""
        return moment.astimezone(ZoneInfo(self.zone))


def is_open(now: datetime, hours: Hours) -> bool:
    """Say whether somebody answers the phone now."""
    return hours.open_from <= hours.local(now).hour < hours.open_until


def promised_call(received_at: datetime, danger: str, hours: Hours, when: str = "soon") -> datetime:
    """Return the time by which we call.

    In danger ("yes" or "unsure"): at once, day or night. Else in `minutes` when open, or `minutes` after we
    open. Someone who asked for a part of the day is called in the first `minutes` of what is left of it, else
    of the next one, and never while we are closed. Promises are whole minutes, rounded up.
    """
    if danger in ("yes", "unsure"):
        return received_at
    pause = timedelta(minutes=hours.minutes)
    start = _in_window(received_at, WINDOWS[when], hours) if when in WINDOWS else received_at
    if not is_open(start, hours):
        start = _at(hours.local(start), hours.open_from, hours)
    promise = start + pause
    return promise + timedelta(seconds=-promise.second % 60, microseconds=-promise.microsecond)


def _in_window(moment: datetime, window: tuple[int, int], hours: Hours) -> datetime:
    """Return the moment itself when there is time left in the window, else the window's next beginning."""
    first, last = window
    local = hours.local(moment)
    if first <= local.hour < last and (last - local.hour) * 60 - local.minute >= hours.minutes:
        return moment
    return _at(local, first, hours)


def _at(local: datetime, hour: int, hours: Hours) -> datetime:
    """Return the next time at which the wall clock shows `hour`, strictly after `local`."""
    zone = ZoneInfo(hours.zone)
    wanted = datetime.combine(local.date(), time(hour), zone)
    if wanted <= local:
        wanted = datetime.combine(local.date() + timedelta(days=1), time(hour), zone)
    return wanted.astimezone(local.tzinfo)


def next_try(choice: str, now: datetime, hours: Hours) -> datetime:
    """Return when to try again: "15min", "1h", or "9am" (the next nine in the morning)."""
    if choice == "15min":
        return now + timedelta(minutes=15)
    if choice == "1h":
        return now + timedelta(hours=1)
    if choice == "9am":
        return _at(hours.local(now), TRY_AGAIN_AT, hours)
    raise ValueError("no such choice")


def clock_state(call_by: datetime, now: datetime) -> tuple[str, int]:
    """Return ("overdue" | "due" | "later", whole minutes late or left); "due" means within 10 minutes."""
    if now > call_by:
        return "overdue", int((now - call_by).total_seconds() // 60)
    left = int((call_by - now).total_seconds() // 60)
    return ("due" if left <= 10 else "later"), left
