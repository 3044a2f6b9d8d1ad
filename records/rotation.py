"""Running a rotation to its end: one at a time, in small steps, with words for the person at the terminal."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from config.ring_users import RingUser, ring_of, users

# A number that no other advisory lock of ours uses. The lock ends with the connection of a killed process.
_LOCK = 7_251_900
_WAIT_SECONDS = 0.5
_SAY_EVERY_SECONDS = 1.0

Say = Callable[[str], object]


@dataclass(frozen=True)
class Need:
    """How many rows of one kind need one key of a ring."""

    ring: str
    key: str
    noun: str
    count: int
    primary: bool
    known: bool


def needs() -> list[Need]:
    """Return who needs which key, for every ring; the answer to "may I remove this key?"."""
    found = []
    for user in users():
        ring = ring_of(user.ring)
        for name, count in sorted(user.counts().items()):
            found.append(
                Need(user.ring, name, user.noun, count, name == ring["primary"], name in ring["keys"])
            )
    return found


@contextmanager
def only_one(say: Say) -> Iterator[None]:
    """Hold the rotation's lock, waiting for another: two with different rings would undo each other."""
    said = False
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                break
            if not said:
                say("Another rotation is running. Waiting for it to end.")
                said = True
            time.sleep(_WAIT_SECONDS)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


class Progress:
    """Says how far one kind of rows is: at the first step, each second, and at the end."""

    def __init__(self, noun: str, total: int, say: Say) -> None:
        self.noun, self.total, self.say = noun, total, say
        self.done = 0
        self.started = self.said = time.monotonic()

    def add(self, count: int) -> None:
        """Count rows; speak when a second has passed."""
        self.done += count
        if time.monotonic() - self.said >= _SAY_EVERY_SECONDS:
            self.speak()

    def speak(self) -> None:
        """Write one line: done, left, rate, time left."""
        self.said = time.monotonic()
        rate = self.done / max(self.said - self.started, 0.001)
        left = max(self.total - self.done, 0)
        later = f", about {left / rate:.0f} s left" if left and rate else ""
        self.say(f"{self.noun}: {self.done:,} done, {left:,} left, {rate:,.0f} a second{later}")


def old_rows(user: RingUser) -> int:
    """Return how many rows of `user` are not under the primary key."""
    primary = ring_of(user.ring)["primary"]
    return sum(count for name, count in user.counts().items() if name != primary)


def rotate(user: RingUser, *, batch: int, say: Say) -> list[str]:
    """Wrap every row of `user` under the primary key; return the ids that can't be opened.

    Each step is a transaction of its own, so it may be killed and started again at any point. Rows that
    somebody holds, and rows that a process with the old ring still writes, come with a later pass.
    """
    total = old_rows(user)
    if not total:
        return []
    progress = Progress(user.noun, total, say)
    while True:
        failed: list[str] = []
        after, done = None, 0
        while True:
            step = user.rewrap(batch, after)
            failed += step.failed
            done += step.done
            progress.add(step.done)
            if step.last is None:
                break
            after = step.last
        if old_rows(user) <= len(failed):
            progress.speak()
            return failed
        if not done:
            time.sleep(_WAIT_SECONDS)
