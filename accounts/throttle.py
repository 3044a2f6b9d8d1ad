"""Slowing down guessing: counters in PostgreSQL, shared by every web process."""

import hashlib
import hmac
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from config import clock


def address_of(request: HttpRequest) -> str:
    """Return the address a request came from: the one that the outermost of our own proxies saw.

    Each proxy appends whom it saw, so what a client claims stands further left and is never read.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    proxies = settings.TRUSTED_PROXIES
    claimed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    return claimed[-proxies] if 0 < proxies <= len(claimed) and claimed[-proxies] else address


def _key(scope: str, key: str) -> bytes:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, f"throttle:{scope}:{key}".encode(), hashlib.sha256).digest()


def allow(scope: str, key: str, limit: int, seconds: int) -> bool:
    """Count one try of `key` (an address, a token; stored hashed) and say whether it is within `limit`.

    The window is `seconds` long and follows the wall clock, not the demo clock.
    """
    stamp = int(clock.real_now().timestamp())
    window = datetime.fromtimestamp(stamp - stamp % seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_throttlecounter (key, window_start, count) VALUES (%s, %s, 1)
            ON CONFLICT ON CONSTRAINT accounts_throttlecounter_one_row
            DO UPDATE SET count = accounts_throttlecounter.count + 1
            RETURNING count
            """,
            [_key(scope, key), window],
        )
        return bool(cursor.fetchone()[0] <= limit)


def forget_old() -> None:
    """Delete counters whose window began more than a day ago."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_throttlecounter WHERE window_start < now() - interval '1 day'")
