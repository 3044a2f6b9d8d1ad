"""What every page knows: the center, the menu, the theme, whether the world is a demo."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config import clock
from config.templatetags.ui import phone_link

# label, name of the URL; who sees an item is decided by the page's own access
NAV = (
    (_("Today"), "desk:today"),
    (_("People"), "desk:people"),
    (_("Requests"), "intake:request-list"),
    (_("Reviews"), "programs:review-list"),
    (_("Referrals"), "referrals:referral-list"),
    (_("Out at detox"), "referrals:out-at-detox"),
    (_("Beds"), "programs:bed-board"),
    (_("Waitlist"), "programs:waitlist"),
    (_("Programs"), "programs:program-list"),
    (_("Emergency"), "desk:emergency-find"),
    (_("Privacy"), "records:privacy"),
    (_("Legal"), "records:legal-arrived"),
    (_("Trail"), "desk:trail"),
    (_("Staff"), "accounts:staff-list"),
)
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict:
    """Give templates the center's name and phone, the demo flag, the theme and the menu (built when read)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "center_name": settings.CENTER_NAME,
        "center_phone": settings.CENTER_PHONE,
        "center_tel": phone_link(settings.CENTER_PHONE),
        "DEMO": settings.DEMO,
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "idle_minutes": settings.SESSION_IDLE_SECONDS // 60,
        "demo_now": clock.now,  # called by the template that shows it
        "theme": theme if theme in THEMES else "",
        "nav": SimpleLazyObject(lambda: _nav(request)),
    }


def _within(path: str, url: str) -> bool:
    """Say whether a page belongs under a menu item; Today is only itself."""
    return path == url if url == "/staff/" else path.startswith(url)


@cache
def _entries() -> tuple[tuple[Any, str, str], ...]:
    """Return label, address and needed permission of each menu item; found once."""
    entries = []
    for label, name in NAV:
        url = reverse(name)
        access = getattr(resolve(url).func, "access", None)
        entries.append((label, url, getattr(access, "permission", "")))
    return tuple(entries)


def _nav(request: HttpRequest) -> list[dict]:
    """Return the menu items that this user may open; the one that is open is `current`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    items = []
    for label, url, permission in _entries():
        if not permission or user.has_perm(permission):
            items.append({"label": label, "url": url, "current": False})
    here = [item for item in items if _within(request.path, item["url"])]
    if here:
        max(here, key=lambda item: len(item["url"]))["current"] = True
    return items
