"""Hands waiting messages to Celery: woken by NOTIFY, and every five seconds by itself."""

import logging
import select
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from config.celery import app
from config.ring_users import refuse_missing_keys
from outbox import actions, heartbeats

log = logging.getLogger("clearway.relay")

POLL_SECONDS = 5
BATCH = 100


class Relay:
    """One loop over one database connection: listen, lease, push, beat."""

    def __init__(self) -> None:
        self.running = True
        self._last_beat = 0.0
        self._listening: Any = None
        self._producer: Any = None

    def stop(self, *_: Any) -> None:
        """End the loop after the present round."""
        self.running = False

    def run(self) -> None:
        """Run until stopped. Neither a database nor a broker that goes away ends the loop."""
        while self.running:
            try:
                self._round()
            except (DatabaseError, InterfaceError, OperationalError) as error:
                log.warning("database away: %s", type(error).__name__)
                connection.close()
                self._listening = None
                time.sleep(1)

    def _round(self) -> None:
        self._listen()
        self._beat()
        try:
            while self.running and actions.hand_over(self._push, BATCH) == BATCH:
                self._beat()
        except (BrokerError, RedisError, OSError) as error:
            log.warning("broker away: %s", type(error).__name__)
            self._forget_broker()
            time.sleep(1)
            return
        self._wait()

    def _listen(self) -> None:
        if self._listening is None or connection.connection is not self._listening:
            with connection.cursor() as cursor:
                cursor.execute("LISTEN outbox")
            self._listening = connection.connection

    def _push(self, message_id: str) -> None:
        # A producer of our own, not the app's pool: a broker that froze leaves nothing behind to reuse.
        if self._producer is None:
            self._producer = app.amqp.Producer(app.connection_for_write())
        app.send_task(
            "outbox.tasks.deliver",
            [message_id],
            producer=self._producer,
            retry=False,
            expires=actions.LEASE.seconds,
        )

    def _forget_broker(self) -> None:
        """Drop the connection to the broker; the next push opens a new one."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.connection.collect()

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat >= heartbeats.EVERY_SECONDS:
            heartbeats.beat("relay")
            self._last_beat = time.monotonic()

    def _wait(self) -> None:
        """Sleep until a NOTIFY or the poll interval, whichever is first; look up each second for a stop."""
        raw = self._listening
        for _ in range(POLL_SECONDS):
            if raw.notifies or not self.running:
                break
            select.select([raw], [], [], 1)
            raw.poll()
        raw.notifies.clear()


class Command(BaseCommand):
    help = "Hand outbox messages to Celery until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_missing_keys()
        relay = Relay()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, relay.stop)
        relay.run()
