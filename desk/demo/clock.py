"""Moving the demo clock. Only a database marked as a demo has one."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.actions import record
from config import clock
from config.errors import Refused

STEPS = {"15m": timedelta(minutes=15), "1h": timedelta(hours=1), "1d": timedelta(days=1)}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=400)


def parse_step(text: str) -> timedelta:
    """Read "+1h", "+15m" or "+2d". Raises ValueError for anything else."""
    match = re.fullmatch(r"\+?(\d{1,4})([mhd])", text.strip())
    if match is None:
        raise ValueError("write +15m, +1h or +1d")
    step = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if step > LONGEST:
        raise ValueError("the clock moves 400 days at most")
    return step


def shift_by(step: timedelta) -> None:
    """Add `step` to the clock's distance from the wall clock."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE demo_clock SET shift = shift + %s", [step])


@transaction.atomic
def move(*, by: Any, step: timedelta) -> datetime:
    """Move the clock forward for everybody and return the new time. Raises Refused for a step back."""
    if step <= timedelta(0):
        raise Refused("clock_back", "The demo clock only moves forward.")
    shift_by(step)
    record("demo_clock.moved", by=by, seconds=int(step.total_seconds()))
    return clock.now()
