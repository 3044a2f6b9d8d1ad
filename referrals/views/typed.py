"""What a partner has typed outlives its session: a change of language, a new link, a link that was locked."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config import clock
from config.forms import render_form
from referrals.actions.links import open_by_code
from referrals.actions.loop import has_consent
from referrals.actions.steps import LinkDead
from referrals.forms.code import NewCodeForm
from referrals.models import PartnerLink
from referrals.queries import link_opened
from referrals.rules.links import was_overtaken
from referrals.views.guessing import slowed, tries_left
from referrals.views.session import Page, Visit, dead_end, start, told_by_cookie

TEMPLATE = "referrals/partner/again.html"
_NOT_CARRIED = {"csrfmiddlewaretoken", "new_code", "send", "switch"}
"""`send` stays behind with the file that a page can't carry: the check step is shown again before it goes."""


def unjudged(form: forms.BaseForm) -> forms.BaseForm:
    """Return a form that shows what was typed, without saying what is wrong with it yet."""
    form.errors.clear()
    return form


def or_new_code(view: Page, otherwise: Page = dead_end) -> Page:
    """Return what answers a session that is over: asks for a new code and goes on with what was posted.

    Only for a browser that had typed the right code of this offer, whose link was then replaced or locked.
    """

    def inner(request: HttpRequest, offer_id: UUID) -> HttpResponse:
        before = _before(request, offer_id)
        if before is None:
            return otherwise(request, offer_id)
        return _ask(request, before, view) or otherwise(request, offer_id)

    return inner


def _before(request: HttpRequest, offer_id: UUID) -> PartnerLink | None:
    told = told_by_cookie(request)
    link = link_opened(told[0], offer_id) if told and request.method == "POST" else None
    if link is None or not was_overtaken(link.facts()):
        return None
    offer, now = link.offer, clock.now()
    stopped = offer.links.filter(revoked_why__in=["misdirected", "consent_ended"]).exists()
    open_yet = offer.ended_at is None and offer.consent_ended_at is None and has_consent(offer, now=now)
    return link if open_yet and not stopped else None


def _ask(request: HttpRequest, before: PartnerLink, view: Page) -> HttpResponse | None:
    """Ask for the code of the offer's present link; with the right one, go on where the session ended."""
    asked = "new_code" in request.POST and "switch" not in request.POST
    form = NewCodeForm(request.POST if asked else None)
    page: dict[str, Any] = {"carried": _carried(request), "about": str(before.offer_id)}
    if not asked:
        return render(request, TEMPLATE, {**page, "form": form}, status=409)
    if not form.is_valid():
        return render_form(request, TEMPLATE, page, form)
    if slowed(request, before.token_hash):
        form.add_error(None, _("Too many tries. Wait 10 minutes, or call us"))
        return render_form(request, TEMPLATE, page, form)
    link, left = _proven(before, form.cleaned_data["new_code"])
    if link is None:
        no_link = _("This code opens nothing yet. Call us and ask for a new link")
        form.add_error("new_code", tries_left(left) if left else no_link)
        return render_form(request, TEMPLATE, page, form)
    request.POST = _without_proof(request)
    visit = Visit.of(link)
    try:
        return start(view(request, visit), link)
    except LinkDead:
        return None


def _proven(before: PartnerLink, code: str) -> tuple[PartnerLink | None, int]:
    """Return the live link that this code opens, or None and how many tries are left."""
    now = clock.now()
    live = before.offer.links.filter(revoked_at=None).first()
    if live is None or not live.is_alive(now):
        return None, 0
    try:
        opening = open_by_code(link_id=live.pk, code=code, now=now)
    except LinkDead:
        return None, 0
    if opening.link is None:
        return None, opening.tries_left
    return link_opened(live.pk, before.offer_id), 0


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was posted as (name, value), for the hidden fields of the page."""
    return [
        (name, value) for name, values in request.POST.lists() for value in values if name not in _NOT_CARRIED
    ]


def _without_proof(request: HttpRequest) -> Any:
    posted = request.POST.copy()
    for name in _NOT_CARRIED:
        posted.pop(name, None)
    return posted
