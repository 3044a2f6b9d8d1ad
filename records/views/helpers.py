"""Relatives and friends: who may be told, their passphrase, and the call in which it is said first."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from accounts.throttle import allow
from audit.actions import record_view
from config import clock
from config.errors import Refused
from config.forms import render_form
from records import notices
from records.actions import helpers
from records.display import category_labels
from records.forms.helpers import CallForm, PassphraseForm, TellForm
from records.models import TrustedContact
from records.queries import people_for
from records.queries.helpers import helper_scope, helpers_for, helpers_of, live_contact, told_in_call
from records.views.ways import sent

LASTS = timedelta(minutes=15)
TRIES = (20, 600)
SESSION = "helper_call"
NO = "That can't be confirmed. Say the same to everyone: “I can't say whether anyone is or isn't here.”"


@staff("records.consent_prepare")
@require_GET
def helper_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show which relatives and friends may be told, what, and until when."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="who may be told")
    context = {"person": person, "helpers": helpers_of(person, clock.now())}
    return render(request, "records/helper_list.html", context)


@staff("records.consent_prepare")
@require_http_methods(["GET", "POST"])
def helper_passphrase(request: HttpRequest, helper_id: UUID) -> HttpResponse:
    """Store the passphrase that the person chose for a helper. It is never shown again."""
    helper = get_object_or_404(helpers_for(request.user), pk=helper_id)
    form = PassphraseForm(sent(request))
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            helpers.set_passphrase(helper=helper, passphrase=form.cleaned_data["passphrase"], by=request.user)
            return redirect("records:helper-list", person_id=helper.person_id)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=helper.person_id, what="who may be told")
    context = {"person": helper.person, "helper": helper}
    page = render_form(request, "records/helper_passphrase.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.helper_call")
@require_http_methods(["GET", "POST"])
def helper_call(request: HttpRequest) -> HttpResponse:
    """Ask for the passphrase first. No such person, no such contact, wrong and locked look the same."""
    form = CallForm(sent(request))
    status = None
    if request.method == "POST" and form.is_valid():
        if not allow("helper passphrase", str(request.user.pk), *TRIES):
            form.add_error(None, "Too many tries. Wait 10 minutes.")
            status = 429
        else:
            contact = helpers.identify(**form.cleaned_data, by=request.user)
            if contact is not None:
                until = (clock.real_now() + LASTS).isoformat()
                call = str(helpers.new_call())
                request.session[SESSION] = {"contact": str(contact.pk), "until": until, "call": call}
                return redirect("records:helper-tell", contact_id=contact.pk)
            form.add_error(None, NO)
            status = 422
    page = render_form(request, "records/helper_call.html", {}, form)
    page.status_code = status or page.status_code
    return page


def _call_of(request: HttpRequest, contact_id: UUID) -> tuple[TrustedContact, str] | None:
    """Return the contact of this session's call and the call's name, or None when there is none any more."""
    held: dict[str, Any] = request.session.get(SESSION) or {}
    if held.get("contact") != str(contact_id) or datetime.fromisoformat(held["until"]) <= clock.real_now():
        return None
    contact = live_contact(contact_id)
    return (contact, held["call"]) if contact else None


@staff("records.helper_call")
@require_http_methods(["GET", "POST"])
def helper_tell(request: HttpRequest, contact_id: UUID) -> HttpResponse:
    """Say what this caller may be told now, and open the door for what is told."""
    held = _call_of(request, contact_id)
    if held is None:
        return redirect("records:helper-call")
    contact, call = held
    scope = helper_scope(contact.person, contact.recipient, clock.now())
    form = TellForm(sent(request), categories=scope)
    status = None
    if request.method == "POST" and scope and form.is_valid():
        said = form.said(f"{contact.person.called} is in contact with {settings.CENTER_NAME}.")
        try:
            packet = helpers.tell(
                contact=contact, call=call, categories=list(said), said=said, by=request.user
            )
            return redirect("records:helper-said", said_id=packet.id)
        except Refused as refused:
            form.add_error(None, refused.message)
            status = 422
    record_view(by=request.user, person=contact.person_id, what="what a caller may be told", obj=contact)
    context = {
        "caller": contact.recipient.called,
        "scope": category_labels(scope),
        "closed": not scope,
        "no": NO,
    }
    page = render_form(request, "records/helper_tell.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.helper_call")
@require_GET
def helper_said(request: HttpRequest, said_id: UUID) -> HttpResponse:
    """Show the words to say, and the notice to read out, of what this session's call just opened."""
    held: dict[str, Any] = request.session.get(SESSION) or {}
    row = told_in_call(held.get("call", ""), said_id, request.user)
    if row is None:
        return redirect("records:helper-call")
    record_view(by=request.user, person=row.person_id, what="what a caller was told", obj=row)
    context = {
        "said": [one["said"] for one in row.content["sections"].values()],
        "short": notices.short_statement(),
        "notice": notices.statement(),
        "receiver": row.recipient_name,
    }
    return render(request, "records/helper_said.html", context)
