"""A partner asks for a new link, or for a call: from every page, also without a code.

Without a code the answer is the same page whether or not the address was ever ours.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import link
from accounts.throttle import address_of, allow
from config import clock
from config.forms import render_form
from config.methods import post_only
from referrals.actions.asks import ask_by_address, ask_by_link
from referrals.choices import AskKind
from referrals.forms.asks import AboutForm, CallMeForm
from referrals.rules.links import token_hash
from referrals.views.session import visit_of

PER_ADDRESS, PER_LINK, WINDOW = 12, 6, 3600
"""How often one network, and one link, may ask within a window of so many seconds."""


def _too_often(request: HttpRequest, about: str) -> bool:
    """Count one asking. What was never ours counts as what was, so that the limit tells nothing."""
    by_address = allow("partner.ask.address", address_of(request), PER_ADDRESS, WINDOW)
    return not (allow("partner.ask.link", token_hash(about), PER_LINK, WINDOW) and by_address)


def _slower(request: HttpRequest) -> HttpResponse:
    return render(request, "429.html", status=429)


@link
@post_only
def new_link(request: HttpRequest) -> HttpResponse:
    """Ask for a new link with nothing but a dead address; staff get a task if it was ours."""
    form = AboutForm(request.POST)
    form.is_valid()
    about = form.cleaned_data["about"]
    if _too_often(request, about):
        return _slower(request)
    ask_by_address(about=about, kind=AskKind.LINK, now=clock.now())
    return redirect("partner:asked-link")


@link
@post_only
def call_me(request: HttpRequest) -> HttpResponse:
    """Ask for a call before the code was entered, or from a dead page."""
    form = CallMeForm(request.POST)
    if not form.is_valid():
        page = {"about": form.cleaned_data.get("about", "")}
        return render_form(request, "referrals/partner/call_me.html", page, form)
    about = form.cleaned_data["about"]
    if _too_often(request, about):
        return _slower(request)
    ask_by_address(about=about, kind=AskKind.CALL, now=clock.now(), number=form.cleaned_data["number"])
    return redirect("partner:asked-call")


@link
@post_only
def call_visitor(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Ask for a call from a page that was opened with the code; without a live visit it is as without one."""
    visit = visit_of(request, offer_id)
    form = CallMeForm({**request.POST.dict(), "about": str(offer_id)})
    if not form.is_valid():
        page = {"offer": visit.offer} if visit else {"about": str(offer_id)}
        return render_form(request, "referrals/partner/call_me.html", page, form)
    if _too_often(request, str(offer_id)):
        return _slower(request)
    number, now = form.cleaned_data["number"], clock.now()
    if visit is None:
        ask_by_address(about=str(offer_id), kind=AskKind.CALL, now=now, number=number)
        return redirect("partner:asked-call")
    ask_by_link(link=visit.link, kind=AskKind.CALL, now=now, number=number)
    return redirect("partner:referral", offer_id)


@link
@require_safe
def asked_link(request: HttpRequest) -> HttpResponse:
    """Say what happens now, to whoever asked for a link; it knows nobody."""
    return render(request, "referrals/partner/asked.html", {"what": AskKind.LINK})


@link
@require_safe
def asked_call(request: HttpRequest) -> HttpResponse:
    """Say what happens now, to whoever asked for a call; it knows nobody."""
    return render(request, "referrals/partner/asked.html", {"what": AskKind.CALL})
