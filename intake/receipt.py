"""The sealed cookie that carries a sent request for 30 minutes, so that nothing is ever read back.

It is HttpOnly, opens only with the key ring, and always has the same length for the same kind of page.
"""

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.crypto import CannotOpen, open_secret, seal_secret

NAME = f"{settings.HOST_COOKIE}request"
LASTS = timedelta(minutes=30)
CONTEXT = "request cookie"
BLOCK = 1536


def keep(response: HttpResponse, facts: dict[str, Any]) -> None:
    """Put what was sent into the cookie. `facts` is JSON with `until`, an ISO time."""
    text = json.dumps(facts, ensure_ascii=False).encode("utf-8", "replace")
    padded = text + b" " * (-len(text) % BLOCK)
    response.set_cookie(
        NAME,
        base64.urlsafe_b64encode(seal_secret(padded, CONTEXT)).decode(),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        secure=settings.BEHIND_TLS,
        samesite="Lax",
    )


def read(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """Return what this browser sent in the last 30 minutes, or None."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(NAME, ""))
        facts = json.loads(open_secret(sealed, CONTEXT))
    except (CannotOpen, binascii.Error, ValueError):
        return None
    return facts if datetime.fromisoformat(facts["until"]) > now else None
