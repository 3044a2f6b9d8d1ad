"""A session of a signed-in browser: when it began, when it was last used, its row in the list."""

import hashlib
import ipaddress
import re
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from accounts.throttle import address_of
from config import clock

# Keys in the session; epoch seconds of the wall clock.
STARTED, SEEN = "started_at", "seen_at"
# The cookie that tells a browser that was used before from a new one; it opens nothing.
BROWSER_COOKIE, BROWSER_SALT = "browser", "accounts.browser"
BROWSER_COOKIE_SECONDS = 400 * 24 * 3600

_BROWSERS = (
    ("Edge", r"Edg(A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Chromebook", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)


def browser_words(user_agent: str) -> str:
    """Say in plain words which browser and device a user agent names: "Firefox on Windows"."""
    browser = next((name for name, mark in _BROWSERS if re.search(mark, user_agent)), "A browser")
    system = next((name for name, mark in _SYSTEMS if re.search(mark, user_agent)), "")
    return f"{browser} on {system}" if system else browser


def address(request: HttpRequest) -> str:
    """Return the visitor's address, or 0.0.0.0 when what we were given is none."""
    try:
        return str(ipaddress.ip_address(address_of(request)))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - "no address", not a place to listen


def note(request: HttpRequest) -> None:
    """Keep the session's row: whose it is, from where, and that it was used just now."""
    if not request.session.session_key:
        request.session.save()
    UserSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": request.user,
            "ip": address(request),
            "user_agent": request.headers.get("user-agent", "")[:200],
            "last_seen_at": clock.real_now(),
        },
    )


def seconds_left(request: HttpRequest) -> int:
    """Return how long the session lasts if nothing is done: until it idles out, or its end."""
    stamp, session = clock.real_now().timestamp(), request.session
    idle = session[SEEN] + settings.SESSION_IDLE_SECONDS
    return int(min(idle, session[STARTED] + settings.SESSION_ABSOLUTE_SECONDS) - stamp)


def rotate(request: HttpRequest) -> None:
    """Give the session a new key, and take its row along."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def browser_mark(request: HttpRequest) -> str:
    """Return what this browser's cookie holds, or nothing."""
    return request.get_signed_cookie(BROWSER_COOKIE, default="", salt=BROWSER_SALT)


def mark_browser(response: Any, mark: str) -> None:
    """Set the cookie by which the browser is known the next time."""
    response.set_signed_cookie(
        BROWSER_COOKIE,
        mark,
        salt=BROWSER_SALT,
        max_age=BROWSER_COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def hash_of_mark(mark: str) -> bytes:
    """Return what is stored of a mark: it is random and long, so that a plain hash will do."""
    return hashlib.sha256(mark.encode()).digest()
