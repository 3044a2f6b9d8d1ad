"""Deadlines are rows; sweeps act on those that are due. Apps register theirs when they load."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

log = logging.getLogger("clearway.sweeps")

Sweep = Callable[[datetime], object]

_sweeps: list[Sweep] = []


def register(sweep: Sweep) -> Sweep:
    """Add a function that acts on everything due at `now`. Repeating it must change nothing more."""
    if sweep not in _sweeps:
        _sweeps.append(sweep)
    return sweep


def registered() -> tuple[Sweep, ...]:
    """Return every registered sweep."""
    return tuple(_sweeps)


def run_all(now: datetime) -> list[str]:
    """Run each sweep in a transaction of its own; one that fails does not stop the others.

    Return the names of those that failed, which the log also names.
    """
    failed = []
    for sweep in _sweeps:
        try:
            with transaction.atomic():
                sweep(now)
        except Exception:
            log.exception("sweep %s failed", sweep.__name__)
            failed.append(sweep.__name__)
    return failed
