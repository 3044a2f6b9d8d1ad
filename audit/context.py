"""Which session an event was written in: noted by the middleware, read by `record`."""

import hashlib
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

_session: ContextVar[Any] = ContextVar("clearway_session", default=None)


def remember_session(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: let events that this request writes name its session. Stands after SessionMiddleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = _session.set(request.session)
        try:
            return get_response(request)
        finally:
            _session.reset(token)

    return middleware


def session_mark() -> str:
    """Return 16 hex digits that tell the sessions of a trail apart and open none; "" outside a session."""
    key = getattr(_session.get(), "session_key", None)
    return hashlib.sha256(b"clearway session 1\n" + key.encode()).hexdigest()[:16] if key else ""
