"""A partner's session: a signed cookie bound to one link and one offer, checked on every request.

It is no Django session and no account. The cookie's path is the offer's own page, so that a coordinator can
have several referrals open. Whatever is wrong (unknown, over, revoked, locked, another offer, no consent any
more) gets the same page, word for word, with the same status.
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

from audit.actors import Actor
from config import clock
from referrals.actions.loop import has_consent
from referrals.actions.steps import LinkDead
from referrals.models import Offer, PartnerLink
from referrals.queries import live_link

COOKIE = f"{settings.PATH_COOKIE}visit"
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


def gone(request: HttpRequest) -> HttpResponse:
    """Return the one page for every link that does not work; it knows nothing about anyone."""
    return render(request, "referrals/partner/gone.html", status=404)


def start(response: HttpResponse, link: PartnerLink) -> HttpResponse:
    """Give the browser that typed the right code a session for this link's offer."""
    value = signing.dumps({"link": str(link.pk), "marker": str(link.session_marker)}, salt=SALT)
    response.set_cookie(
        COOKIE,
        value,
        max_age=LASTS,
        path=reverse("partner:referral", args=[link.offer_id]),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def visit_of(request: HttpRequest, offer_id: UUID) -> Visit | None:
    """Return the visit of a live session, or None. Consent is checked again each time."""
    try:
        told = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
        link_id, marker = UUID(told["link"]), UUID(told["marker"])
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None
    now = clock.now()
    link = live_link(link_id, marker, offer_id, now)
    if link is None:
        return None
    offer = link.offer
    if offer.consent_ended_at is not None or (offer.ended_at is None and not has_consent(offer, now=now)):
        return None
    return Visit(link, offer, now, Actor.partner(link.pk))


def for_visitors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run a view with its visit; without one, or when the link dies meanwhile, show the one page."""

    @wraps(view)
    def inner(request: HttpRequest, offer_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        visit = visit_of(request, offer_id)
        if visit is None:
            return gone(request)
        try:
            return view(request, visit, *args, **kwargs)
        except LinkDead:
            return gone(request)

    return inner
