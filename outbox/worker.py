"""A Celery worker that says it is alive, and for as long as it takes work."""

import logging
from typing import Any

from celery import bootsteps
from django.db import DatabaseError, close_old_connections

from config.ring_users import refuse_missing_keys
from outbox import heartbeats

log = logging.getLogger("clearway.worker")


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Writes the worker's heartbeat row from its main process, on the worker's own timer."""

    requires = {"celery.worker.components:Timer"}

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self._entry: Any = None
        super().__init__(parent, **kwargs)

    def start(self, parent: Any) -> None:
        """Refuse to work without the keys that stored rows need; otherwise begin beating, at once."""
        refuse_missing_keys()
        self._beat()
        self._entry = parent.timer.call_repeatedly(heartbeats.EVERY_SECONDS, self._beat, priority=10)

    def stop(self, parent: Any) -> None:
        """Stop beating."""
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    def _beat(self) -> None:
        try:
            heartbeats.beat("worker")
        except DatabaseError as error:
            log.warning("no heartbeat: %s", type(error).__name__)
            close_old_connections()
