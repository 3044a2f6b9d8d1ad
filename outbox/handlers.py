"""Which function delivers which kind of message. Apps register theirs when they load."""

from collections.abc import Callable

from outbox.mail import Email
from outbox.models import Message

Handler = Callable[[Message], Email | None]

_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Name the handler of `kind`. It runs in the worker, inside a transaction, and must be idempotent.

    It returns an Email to send, or None when it did everything itself; it raises to be tried again.
    """
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"two handlers for {kind}")
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler:
    """Return the handler of `kind`. Raises KeyError for an unknown one."""
    return _handlers[kind]


def kinds() -> frozenset[str]:
    """Return every registered kind."""
    return frozenset(_handlers)
