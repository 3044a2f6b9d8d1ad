"""Signs of life of relay, beat and worker."""

from datetime import timedelta

from django.db import connection

from config import clock
from outbox.models import Heartbeat

NAMES = ("relay", "beat", "worker")
STALE_AFTER = timedelta(seconds=30)
EVERY_SECONDS = 10


def beat(name: str) -> None:
    """Write that `name` is alive now (wall clock)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_heartbeat (name, at) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [name, clock.real_now()],
        )


def stale() -> list[str]:
    """List which of relay, beat and worker has not been heard of lately."""
    fresh_since = clock.real_now() - STALE_AFTER
    fresh = set(Heartbeat.objects.filter(at__gte=fresh_since).values_list("name", flat=True))
    return [name for name in NAMES if name not in fresh]
