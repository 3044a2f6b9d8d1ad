"""Sending a medical clearance back: fill in, then check and sign, with a photo or PDF of the paper."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import link
from config.errors import Conflict, Refused
from config.forms import render_form
from programs.rules.clearance import STATEMENT
from referrals.actions.clearance import send_clearance_back
from referrals.actions.once import once
from referrals.choices import OUT
from referrals.forms.clearance import ClearanceForm, SignatureForm
from referrals.views.common import sent_data
from referrals.views.session import Visit, for_visitors, gone
from referrals.views.typed import or_new_code, unjudged

FORM, CHECK = "referrals/partner/clearance.html", "referrals/partner/clearance_check.html"


def _clearance(request: HttpRequest, visit: Visit) -> HttpResponse:
    if visit.offer.status not in OUT:
        return gone(request)
    form = ClearanceForm(sent_data(request), now=visit.now)
    page: dict[str, Any] = {"offer": visit.offer, "now": visit.now, "statement": STATEMENT}
    switched = request.POST.get("switch")
    if "change" in request.POST or switched == "form":
        return render(request, FORM, {**page, "form": unjudged(form)})
    if request.method != "POST" or not form.is_valid():
        return render_form(request, FORM, page, form)
    page |= {"carried": form.carried(), "shown": form.shown()}
    if "send" not in request.POST or switched:
        return render(request, CHECK, {**page, "form": SignatureForm()})
    return _send(request, visit, form, page)


@link
@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors(otherwise=or_new_code(_clearance))
def clearance(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the form; then the check step with what was typed; then take both together."""
    return _clearance(request, visit)


def _send(request: HttpRequest, visit: Visit, form: ClearanceForm, page: dict) -> HttpResponse:
    signature = SignatureForm(request.POST, request.FILES)
    if not signature.is_valid():
        return render_form(request, CHECK, page, signature)
    back = reverse("partner:referral", args=[visit.offer.pk])
    try:
        once(
            signature.cleaned_data["submit_key"],
            scope="partner.clearance",
            by=visit.by,
            url=back,
            action=lambda: send_clearance_back(
                offer_id=visit.offer.pk,
                content=form.content(),
                upload=signature.cleaned_data["upload"],
                by=visit.by,
                now=visit.now,
            ),
        )
    except Refused as refused:
        if refused.field in form.fields:
            form.add_error(refused.field, _(refused.message))
            return render_form(request, FORM, page, form)
        field = "upload" if refused.field in {"upload", "file"} else None
        signature.add_error(field, _(refused.message))
        return render_form(request, CHECK, page, signature)
    except Conflict:
        page |= {"back": back, "typed": form.typed()}
        return render(request, "referrals/partner/conflict.html", page, status=409)
    return redirect(back)
