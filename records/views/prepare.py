"""Preparing a consent, for staff: what it is for, the form of that use, and whom it can name."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from records.actions import consents, receivers
from records.consent_seal import is_minor_now, minor_rule
from records.forms.prepare import USES, ConfirmationForm, PrepareForm, RecipientForm
from records.models import Consent
from records.queries import people_for
from records.queries.consents import confirmations_for, confirmations_of
from records.rules import signers
from records.views.ways import go, next_of, sent, way


@staff("records.consent_prepare")
@require_GET
def consent_use(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask what the consent is for, in plain words."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="consent form")
    base = way(request, "records:consent-prepare", person_id)
    joint = "&" if "?" in base else "?"
    uses = [(f"{base}{joint}use={code}", use.words, use.hint) for code, use in USES.items()]
    context = {"person": person, "uses": uses, "next": next_of(request)}
    return render(request, "records/consent_use.html", context)


@staff("records.consent_prepare")
@require_http_methods(["GET", "POST"])
def consent_prepare(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Draft a consent. In the address: `use` (one of USES), `recipient` selects one, `next` leads on after.

    `signer=other` asks who signs; for a minor it is asked wherever there is a choice.
    """
    person = get_object_or_404(people_for(request.user), pk=person_id)
    now = clock.now()
    use = request.GET.get("use", "specific")
    use = use if use in USES else "specific"
    minor = is_minor_now(person, center_day(now))
    form = PrepareForm(
        sent(request), initial={"recipient": request.GET.get("recipient", "")}, person=person, now=now,
        use=use, ask_signer=request.GET.get("signer") == "other",
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            consent = prepared(request, person, form)
            return go(request, "records:consent-detail", consent.pk)
        except Refused as refused:
            form.add_refusal(refused)
    record_view(by=request.user, person=person, what="consent form")
    context = {
        "person": person,
        "next": next_of(request),
        "use": USES[use],
        "minor": minor,
        "closed": not signers.allowed(minor, minor_rule()),
        "asks_signer": bool(form.signer_fields),
        "other_signer_url": _with(request, "signer=other"),
        "change_url": way(request, "records:consent-use", person_id),
        "add_receiver_url": f"{reverse('records:recipient-new')}?next={_path(request)}",
    }
    return render_form(request, "records/consent_prepare.html", context, form)


def _path(request: HttpRequest) -> str:
    return quote(request.get_full_path(), safe="")


def _with(request: HttpRequest, more: str) -> str:
    return request.get_full_path() + ("&" if request.GET else "?") + more


def prepared(request: HttpRequest, person: object, form: PrepareForm) -> Consent:
    """Draft the consent that a form describes. Raises Refused and AlreadyDone."""
    given = form.cleaned_data
    named = form.recipients()
    purposes = given.get("purposes", [])
    if "helper_name" in form.fields:
        named = [receivers.helper_for(person=person, name=given["helper_name"], by=request.user)]
        purposes = ["family"]
    return consents.prepare(
        person=person, recipients=named, purposes=purposes, offered=given.get("offered", []),
        expires_on=form.last_day(), language=given["language"], kind=form.use.kind, details=form.details(),
        by=request.user, submit_key=given["submit_key"],
    )  # fmt: skip


@staff("records.recipient_add")
@require_http_methods(["GET", "POST"])
def recipient_new(request: HttpRequest) -> HttpResponse:
    """Put an organisation into the directory of those whom consents can name."""
    form = RecipientForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        back = next_of(request)
        try:
            receivers.add_recipient(
                name=given["name"], kind=given["kind"], legal_status=given["legal_status"], by=request.user,
                submit_key=given["submit_key"], url=back,
            )  # fmt: skip
            return redirect(back or "records:recipient-new")
        except Refused as refused:
            form.add_refusal(refused)
    return render_form(request, "records/recipient_new.html", {"next": next_of(request)}, form)


@staff("records.consent_prepare")
@require_http_methods(["GET", "POST"])
def confirmation_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show and record who is a treating provider or payer of this person, and how we know."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = ConfirmationForm(sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            receivers.confirm(
                person=person, recipient=given["recipient"], role=given["role"], reason=given["reason"],
                by=request.user, submit_key=given["submit_key"],
            )  # fmt: skip
            return redirect("records:confirmation-list", person_id=person.pk)
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
    record_view(by=request.user, person=person, what="confirmed receivers")
    context = {"person": person, "confirmations": confirmations_of(person)}
    return render_form(request, "records/confirmation_list.html", context, form)


@staff("records.consent_prepare")
@post_only
def confirmation_end(request: HttpRequest, confirmation_id: UUID) -> HttpResponse:
    """End a confirmation."""
    confirmation = get_object_or_404(confirmations_for(request.user), pk=confirmation_id)
    back = reverse("records:confirmation-list", args=[confirmation.person_id])
    try:
        receivers.end_confirmation(confirmation=confirmation, by=request.user)
    except Conflict as conflict:
        context = {"message": conflict.message, "back": back}
        return render(request, "records/conflict.html", context, status=409)
    return redirect(back)
