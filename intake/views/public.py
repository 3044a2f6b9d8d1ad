"""The public pages that only inform."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import public
from config import clock
from config.templatetags.ui import phone_link
from intake.opening import opening_hours
from intake.rules.promise import is_open, promised_call
from intake.wording import by_when, hour_words, open_sentence


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what every public page shows: opening hours, the promise, the other language's address."""
    now, hours = clock.now(), opening_hours()
    other = "en" if get_language() == "es" else "es"
    return {
        "now": now,
        "open_now": is_open(now, hours),
        "open_sentence": open_sentence(now, hours),
        "opens_at": hour_words(hours.open_from),
        "promise": by_when(promised_call(now, "no", hours), now),
        "callback_minutes": hours.minutes,
        "other_language": other,
        "other_url": translate_url(request.path, other),
    }


def page(request: HttpRequest, template: str, context: dict | None = None, status: int = 200) -> HttpResponse:
    """Render a public page inside its frame."""
    return render(request, f"intake/public/{template}", {**frame(request), **(context or {})}, status=status)


@public
def home(request: HttpRequest) -> HttpResponse:
    """Help a visitor decide: emergency, call, or ask for a call."""
    return page(request, "home.html")


@public
def what_to_expect(request: HttpRequest) -> HttpResponse:
    """Tell the steps from the first call to admission."""
    return page(request, "what_to_expect.html")


@public
@require_safe
def self_check(request: HttpRequest) -> HttpResponse:
    """Let somebody go through six questions for themselves. Nothing is sent, kept or counted."""
    return page(request, "self_check.html")


@public
def families(request: HttpRequest) -> HttpResponse:
    """Help families, and say what we can and can't tell them."""
    return page(request, "families.html")


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Say in plain words what we keep and whom we tell."""
    return page(request, "privacy.html")


@public
def safety(request: HttpRequest) -> HttpResponse:
    """Say how to use this site on a phone that others use too."""
    return page(request, "safety.html")


@public
def help_now(request: HttpRequest) -> HttpResponse:
    """List every emergency number."""
    return page(request, "help_now.html")


@public
def contact_card(request: HttpRequest) -> HttpResponse:
    """Give our number as a contact card under our neutral name."""
    lines = (
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{settings.CENTER_SHORT_NAME}",
        f"N:{settings.CENTER_SHORT_NAME};;;;",
        f"TEL;TYPE=WORK,VOICE:{phone_link(settings.CENTER_PHONE)}",
        "END:VCARD",
        "",
    )
    return HttpResponse(
        "\r\n".join(lines),
        content_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="contact.vcf"'},
    )
