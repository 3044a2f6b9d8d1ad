"""What a partner asked of us, for staff: a new link in one press, or an outcome."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from referrals.actions import asks as actions
from referrals.actions.once import once
from referrals.choices import AskKind
from referrals.forms.asks import AskDoneForm
from referrals.models import PartnerAsk
from referrals.queries import asks_for, open_asks_for
from referrals.views.common import conflicted, refuse, sent_data, take
from referrals.views.links import link_form
from referrals.views.match import codes_page

TEMPLATE = "referrals/ask.html"


def asks_of(request: HttpRequest, **of: Any) -> list[dict[str, Any]]:
    """Return what waits of a referral or an offer, with the form for a new link where one can be sent."""
    return [_row(one) for one in open_asks_for(request.user).filter(**of)]


def _row(ask: PartnerAsk) -> dict[str, Any]:
    link = ask.kind == AskKind.LINK
    return {
        "ask": ask,
        "offer": ask.offer,
        "facility": ask.offer.facility,
        "link": link,
        "form": link_form(ask.offer) if link and ask.offer.status in actions.RESENDABLE else None,
    }


def _ask(request: HttpRequest, ask_id: UUID) -> PartnerAsk:
    ask: PartnerAsk = get_object_or_404(asks_for(request.user), pk=ask_id)
    record_view(by=request.user, person=ask.offer.referral.episode.person, what="partner ask", obj=ask)
    return ask


def _page(ask: PartnerAsk) -> dict[str, Any]:
    referral = ask.offer.referral
    person = referral.episode.person
    return {"row": _row(ask), "referral": referral, "person": person, "now": clock.now()}


def _back(ask: PartnerAsk) -> str:
    return reverse("referrals:referral", args=[ask.offer.referral_id])


@staff("referrals.offer_record")
@require_http_methods(["GET", "HEAD", "POST"])
def ask_page(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Show what a partner asked, and take what came of it."""
    ask = _ask(request, ask_id)
    return take(
        request,
        form=AskDoneForm(sent_data(request), kind=ask.kind),
        template=TEMPLATE,
        page=_page(ask),
        scope="partner.ask",
        url=_back(ask),
        action=lambda given: actions.end_ask(ask_id=ask.pk, by=request.user, now=clock.now(), **given),
    )


@staff("referrals.offer_send", fresh=True)
@post_only
def ask_link(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Send the new link that was asked for, in one press; the old one stays dead."""
    ask, now = _ask(request, ask_id), clock.now()
    form, page = link_form(ask.offer, request.POST), _page(ask)
    if not form.is_valid():
        page["row"]["form"] = form
        return _shown(request, ask, page)
    try:
        sent = once(
            form.cleaned_data["submit_key"],
            scope="partner.ask_link",
            by=request.user,
            url=_back(ask),
            action=lambda: actions.send_asked_link(
                ask_id=ask.pk, by=request.user, now=now, code_to=form.code_to()
            ),
        )
    except Refused as refused:
        page["row"]["form"] = form
        return refuse(request, form, refused, TEMPLATE, {**page, "done_form": AskDoneForm(kind=ask.kind)})
    except Conflict as conflict:
        return conflicted(request, conflict, _back(ask), form)
    return codes_page(request, [sent], now)


def _shown(request: HttpRequest, ask: PartnerAsk, page: dict[str, Any]) -> HttpResponse:
    response = render_form(request, TEMPLATE, page, AskDoneForm(kind=ask.kind))
    response.status_code = 422
    return response
