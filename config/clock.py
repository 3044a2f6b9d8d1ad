"""The one clock: what PostgreSQL's app_now() says, so that rules, screens and triggers agree.

In production app_now() is the wall clock. Demo set-up replaces the function (as the owner) with one that
adds an offset, which is how a demo user moves time. Rules never call this: they get `now` as an argument.
"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models


def now() -> datetime:
    """Return the present moment as an aware UTC datetime, following the demo clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now()")
        return cursor.fetchone()[0].astimezone(UTC)


def real_now() -> datetime:
    """Return the wall clock, for session limits, leases and heartbeats, which no demo clock may move."""
    return datetime.now(UTC)


def center_day(moment: datetime) -> date:
    """Return the day it is at `moment` in the center's zone."""
    return moment.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE)).date()


class AppNow(models.Func):
    """SQL app_now(), for `db_default`."""

    function = "app_now"
    template = "%(function)s()"
    output_field: Any = models.DateTimeField()
