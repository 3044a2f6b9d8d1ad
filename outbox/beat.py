"""Celery beat that says it is alive."""

import time
from typing import Any

from celery.beat import PersistentScheduler
from django.db import DatabaseError, close_old_connections

from outbox import heartbeats


class HeartbeatScheduler(PersistentScheduler):
    """Writes beat's heartbeat row between its ticks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._last_beat = 0.0
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Schedule what is due; write the heartbeat when it is time. A database that is away is retried."""
        if time.monotonic() - self._last_beat >= heartbeats.EVERY_SECONDS:
            self._last_beat = time.monotonic()
            try:
                heartbeats.beat("beat")
            except DatabaseError:
                close_old_connections()
        return super().tick(*args, **kwargs)
