"""What every page knows: the center, the menu, the theme, whether the world is a demo."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config.templatetags.ui import phone_link

# label, name of the URL, permission
NAV = (
    (_("Today"), "desk:today", None),
    (_("People"), "desk:people", None),
    (_("Requests"), "intake:request-list", None),
    (_("Reviews"), "programs:review-list", None),
    (_("Referrals"), "referrals:referral-list", None),
    (_("Out at detox"), "referrals:out-at-detox", None),
    (_("Beds"), "programs:bed-board", None),
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
        "theme": theme if theme in THEMES else "",
        "nav": SimpleLazyObject(lambda: _nav(request)),
    }


def _nav(request: HttpRequest) -> list[dict]:
    """Return the menu items that exist and that this user may open; the one that is open is `current`."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    items = []
    for label, name, permission in NAV:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if permission is None or user.has_perm(permission):
            items.append({"label": label, "url": url, "current": False})
    here = [item for item in items if request.path.startswith(item["url"])]
    if here:
        max(here, key=lambda item: len(item["url"]))["current"] = True
    return items
