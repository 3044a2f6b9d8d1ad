"""Who opens things with a key ring directly. Apps register theirs when they load.

Everything sealed under a ring is either here, so that a rotation finds it, or expires by itself (the cookie
of a sent public request after 30 minutes, a session after 12 hours). `tests/guards/test_keys.py` holds this
to be the whole list.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection

MAIN, COUNSELING = "main", "counseling"
RING_SETTINGS = {MAIN: "KEY_RING", COUNSELING: "COUNSELING_RING"}


@dataclass
class Batch:
    """What one step of a rotation did: rows wrapped anew, ids that could not be opened, where it stopped."""

    done: int = 0
    failed: list[str] = field(default_factory=list)
    last: Any = None


class RingUser(Protocol):
    """Rows that open with a ring. `noun` names them in a sentence, in the plural."""

    ring: str
    noun: str

    def counts(self) -> dict[str, int]:
        """Return how many rows need each key of the ring."""
        ...

    def opens(self, ring_key: str) -> bool:
        """Try a few rows under `ring_key`; say whether one opened."""
        ...

    def rewrap(self, limit: int, after: Any) -> Batch:
        """Wrap up to `limit` rows with ids above `after` (None: from the start) under the primary key."""
        ...


_users: list[RingUser] = []
_checks: list[Callable[[], str]] = []


def register(user: RingUser) -> None:
    """Add rows that a rotation must reach and a start must be able to open."""
    _users.append(user)


def register_check(check: Callable[[], str]) -> None:
    """Add a question asked at the start: it returns a sentence that forbids it, or nothing."""
    _checks.append(check)


def users() -> tuple[RingUser, ...]:
    """Return what is registered."""
    return tuple(_users)


def ring_of(name: str) -> dict[str, Any]:
    """Return the ring `name` of the settings."""
    from django.conf import settings

    return getattr(settings, RING_SETTINGS[name])


def problems() -> list[str]:
    """Return what keeps stored rows from opening with the present rings, as sentences for the operator."""
    found = []
    for user in _users:
        keys = ring_of(user.ring)["keys"]
        for name, count in sorted(user.counts().items()):
            if name not in keys:
                found.append(
                    f"The {user.ring} key ring lacks the key “{name}”, which {count} {user.noun} need. "
                    "Put it back from where it is kept."
                )
            elif not user.opens(name):
                found.append(
                    f"The key “{name}” of the {user.ring} key ring is not the one that "
                    f"{count} {user.noun} were sealed with."
                )
    return found + [sentence for check in _checks if (sentence := check())]


def refuse_missing_keys() -> None:
    """Raise ImproperlyConfigured, naming the key, when stored rows need one that is not here or is another.

    A database that can't be asked forbids nothing: each process waits for it in its own way.
    """
    try:
        found = problems()
    except Error:
        return
    finally:
        connection.close()
    if found:
        raise ImproperlyConfigured(" ".join(found))
