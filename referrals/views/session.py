"""A partner's session: a signed cookie bound to one link and one offer, checked on every request.

It is no Django session and no account. The cookie's path is the offer's own page, so that a coordinator can
have several referrals open. Whatever is wrong (unknown, replaced, locked, another offer, no consent any more)
gets the same page, word for word, with the same status. A request that is closed says so and no more, and
takes what the partner still has to tell us.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from audit.actors import Actor
from config import clock
from referrals.actions.loop import has_consent
from referrals.actions.steps import LinkDead
from referrals.forms.answers import LateForm
from referrals.models import Offer, PartnerLink
from referrals.queries import link_opened, live_link
from referrals.rules.links import is_over, takes_late

COOKIE = f"{settings.PATH_COOKIE}visit"
COOKIES = {"en": COOKIE, "es": f"{COOKIE}_es"}
"""The same session under the page's address in each language; a browser sends the one that fits."""
SALT = "referrals.partner"
LASTS = 8 * 3600
"""Seconds by the wall clock."""


@dataclass(frozen=True)
class Visit:
    """A request through a live link: the link, its offer, when, and as whom it acts."""

    link: PartnerLink
    offer: Offer
    now: datetime
    by: Actor

    @classmethod
    def of(cls, link: PartnerLink) -> "Visit":
        """Return the visit that this live link makes now."""
        return cls(link, link.offer, clock.now(), Actor.partner(link.pk))


def gone(request: HttpRequest) -> HttpResponse:
    """Return the one page for every link that does not work; it knows nothing about anyone."""
    about = address_given(request)
    page = {"about": about, "switch": landing_of(request)}
    return render(request, "referrals/partner/gone.html", page, status=404)


def landing_of(request: HttpRequest) -> str:
    """Return the address whose other language a page answers with that was posted; empty for any other."""
    token = request.POST.get("token", "")[:100]
    return reverse("partner:landing", args=[token]) if token and "/" not in token else ""


def address_given(request: HttpRequest) -> str:
    """Return what the asker's own address names, a token or an offer: pages carry it along, known or not."""
    parts = request.resolver_match.kwargs if request.resolver_match else {}
    token = request.POST.get("token") or parts.get("token") or ""
    return str(parts.get("offer_id") or token)[:100]


def start(response: HttpResponse, link: PartnerLink) -> HttpResponse:
    """Give the browser that typed the right code a session for this link's offer."""
    value = signing.dumps({"link": str(link.pk), "marker": str(link.session_marker)}, salt=SALT)
    for language, name in COOKIES.items():
        with translation.override(language):
            path = reverse("partner:referral", args=[link.offer_id])
        response.set_cookie(
            name, value, max_age=LASTS, path=path, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


def told_by_cookie(request: HttpRequest) -> tuple[UUID, UUID] | None:
    """Read link and marker of a cookie that we signed; None for any other."""
    try:
        name = COOKIES.get(translation.get_language() or "", COOKIE)
        told = signing.loads(request.COOKIES.get(name, ""), salt=SALT, max_age=LASTS)
        return UUID(told["link"]), UUID(told["marker"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def late_link(request: HttpRequest, offer_id: UUID) -> PartnerLink | None:
    """Return the link of a session that was opened with the code and whose request has ended meanwhile."""
    told = told_by_cookie(request)
    if told is None:
        return None
    link = link_opened(told[0], offer_id)
    return link if link is not None and has_ended(link) else None


def has_ended(link: PartnerLink) -> bool:
    """Tell whether what this link asked for has ended, and nothing forbids to say so to its holder."""
    if link.offer.consent_ended_at is not None:
        return False
    now = clock.now()
    return link.offer.is_over(now) and (link.is_alive(now) or is_over(link.facts(), now))


def visit_of(request: HttpRequest, offer_id: UUID) -> Visit | None:
    """Return the visit of a live session, or None. Consent is checked again each time."""
    told = told_by_cookie(request)
    if told is None:
        return None
    link_id, marker = told
    now = clock.now()
    link = live_link(link_id, marker, offer_id, now)
    if link is None:
        return None
    offer = link.offer
    if offer.consent_ended_at is not None or (offer.ended_at is None and not has_consent(offer, now=now)):
        return None
    return Visit.of(link)


def closed(request: HttpRequest, link: PartnerLink, **more: Any) -> HttpResponse:
    """Return the page of a request that is closed: nothing more is needed, and how to tell us more.

    It knows nothing about anyone. `more` holds the form and whether something was kept just now.
    """
    page = {
        "form": None,
        "kept": False,
        "action": "",
        "about": address_given(request),
        "switch": landing_of(request),
        **more,
    }
    page["takes"] = link.is_alive(clock.now()) or takes_late(link.facts(), clock.now())
    form = page["form"]
    status = 422 if form is not None and form.is_bound and form.errors else 410
    return render(request, "referrals/partner/closed.html", page, status=status)


def dead_end(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Return the closed page to whoever had opened this offer with its code, the one page to others."""
    link = late_link(request, offer_id)
    if link is None:
        return gone(request)
    return closed(request, link, form=LateForm(), action=reverse("partner:late", args=[offer_id]))


Page = Callable[..., HttpResponse]


def for_visitors(view: Page | None = None, *, otherwise: Page = dead_end) -> Any:
    """Run a view with its visit; without one, or when the link dies meanwhile, show a dead end."""
    if view is None:
        return lambda decorated: for_visitors(decorated, otherwise=otherwise)

    @wraps(view)
    def inner(request: HttpRequest, offer_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = visit_of(request, offer_id)
        if visit is None:
            return otherwise(request, offer_id)
        try:
            return view(request, visit, *args, **kwargs)
        except LinkDead:
            return otherwise(request, offer_id)

    return inner
