"""Asking for a call, changing that, leaving information: one response, whoever it is about."""

import ipaddress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts import throttle
from accounts.access import public
from config import clock
from config.errors import Refused
from config.middleware import FormProtection
from intake import receipt
from intake.actions.public_requests import amend_request, submit_request
from intake.choices_contact import AmendmentKind, Danger, MessageRule, RequestKind
from intake.forms.public import ChangeForm, ComplaintForm, InformationForm, RequestForm
from intake.opening import opening_hours
from intake.rules.promise import promised_call
from intake.views.public import page
from intake.wording import contact_of, promise_sentence
from records.actions.complaints import submit_complaint


class _TokenCheck(FormProtection):
    """Says whether the protection token of a form is good, instead of answering with an error page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason

    def is_good(self, request: HttpRequest) -> bool:
        """Return whether this request carries a good token."""
        return self.process_view(request, lambda r: None, (), {}) is None


def _network(request: HttpRequest) -> str:
    """Return the network part of the sender's address, which is only ever counted under a keyed hash."""
    try:
        ip = ipaddress.ip_address(throttle.address_of(request))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _within_limit(request: HttpRequest) -> bool:
    return throttle.allow("public.request", _network(request), settings.PUBLIC_REQUESTS_PER_MINUTE, 60)


def _again(request: HttpRequest, form_class: Any, **options: Any) -> Any:
    """Return the form with what was typed, not yet judged."""
    typed = {name: value for name, value in request.POST.items() if name in form_class.base_fields}
    return form_class(initial=typed, **options)


def _answer(request: HttpRequest, template: str, form: Any, status: int, notice: str = "") -> HttpResponse:
    context = {"form": form, "notice": notice, "has_errors": status >= 400}
    return page(request, template, context, status=status)


def _kept(request: HttpRequest, template: str, form: Any) -> HttpResponse | None:
    """Return the answer that sends nothing but keeps what was typed, or None when it may be sent.

    That is the language switch, the switch between phone and e-mail, an old protection token, and too many
    requests from one network.
    """
    if "switch" in request.POST:
        return _answer(request, template, form, 200)
    if not _TokenCheck(lambda r: HttpResponse()).is_good(request):
        notice = _("This page was open for a long time. Your answers are still here. Send them again.")
        return _answer(request, template, form, 403, notice)
    return None


def _too_many(request: HttpRequest, template: str, form: Any) -> HttpResponse:
    notice = _(
        "Too many requests came from this connection. Your answers are still here."
        " Wait 1 minute, or call %(phone)s."
    ) % {"phone": settings.CENTER_PHONE}
    return _answer(request, template, form, 429, notice)


def _urgent(danger: str) -> bool:
    return danger != Danger.NO


def _sent(facts: dict[str, Any], now: datetime, target: str = "") -> HttpResponse:
    """Lead on to the confirmation, carrying what was sent in the sealed cookie."""
    response = redirect(target or ("public:danger" if facts["urgent"] else "public:sent"))
    response.status_code = 303
    receipt.keep(response, {**facts, "until": (now + receipt.LASTS).isoformat()})
    return response


@csrf_exempt  # checked inside, so that an old token loses nothing that was typed
@public
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a call. The first valid POST stores it, in danger or not."""
    by = request.POST.get("switch") if request.POST.get("switch") in ("phone", "email") else None
    by = by or request.POST.get("contact_by") or request.GET.get("by", "")
    by_email = by == "email"
    template = "request.html"
    if request.method != "POST":
        form = RequestForm(by_email=by_email, initial={"contact_by": "email" if by_email else "phone"})
        return _answer(request, template, form, 200)
    typed = _again(request, RequestForm, by_email=by_email)
    typed.initial["contact_by"] = "email" if by_email else "phone"
    if (kept := _kept(request, template, typed)) is not None:
        return kept
    form = RequestForm(request.POST, by_email=by_email)
    if not form.is_valid():
        return _answer(request, template, form, 422)
    if not _within_limit(request):
        return _too_many(request, template, typed)
    now, danger = clock.now(), form.cleaned_data["danger"]
    details = form.details(get_language())
    due_at = promised_call(now, danger, opening_hours(), details["when"])
    try:
        stored = submit_request(
            submit_key=form.cleaned_data["submit_key"],
            details=details,
            danger=danger,
            language=get_language(),
            due_at=due_at,
            suspicion=form.suspicion(),
        )
    except Refused as refused:
        return _answer(request, template, typed, 503, refused.message)
    facts = {"kind": str(RequestKind.CALL), "id": str(stored.id), "reference": stored.reference}
    shown = {"details": details, "due": due_at.isoformat(), "urgent": _urgent(danger)}
    return _sent({**facts, **shown}, now)


@csrf_exempt  # checked inside, so that an old token loses nothing that was typed
@public
def information(request: HttpRequest) -> HttpResponse:
    """Leave information about someone. It is sealed; the answer is the same whoever it is about."""
    template = "information.html"
    if request.method != "POST":
        return _answer(request, template, InformationForm(), 200)
    typed = _again(request, InformationForm)
    if (kept := _kept(request, template, typed)) is not None:
        return kept
    form = InformationForm(request.POST)
    if not form.is_valid():
        return _answer(request, template, form, 422)
    if not _within_limit(request):
        return _too_many(request, template, typed)
    now, danger = clock.now(), form.cleaned_data["danger"]
    try:
        stored = submit_request(
            submit_key=form.cleaned_data["submit_key"],
            details=form.details(get_language()),
            danger=danger,
            language=get_language(),
            due_at=None,
            kind=RequestKind.INFORMATION,
            suspicion=form.suspicion(),
        )
    except Refused as refused:
        return _answer(request, template, typed, 503, refused.message)
    facts = {"kind": str(RequestKind.INFORMATION), "reference": stored.reference, "urgent": _urgent(danger)}
    return _sent(facts, now)


@csrf_exempt  # checked inside, so that an old token loses nothing that was typed
@public
def complaint(request: HttpRequest) -> HttpResponse:
    """Complain about privacy, without a name if one likes. It is sealed for the privacy officer alone."""
    template = "complaint.html"
    if request.method != "POST":
        return _answer(request, template, ComplaintForm(), 200)
    typed = _again(request, ComplaintForm)
    if (kept := _kept(request, template, typed)) is not None:
        return kept
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return _answer(request, template, form, 422)
    if not _within_limit(request):
        return _too_many(request, template, typed)
    try:
        reference = submit_complaint(
            submit_key=form.cleaned_data["submit_key"], details=form.details(), language=get_language()
        )
    except Refused as refused:
        return _answer(request, template, typed, 503, refused.message)
    return _sent({"kind": "complaint", "reference": reference, "urgent": False}, clock.now())


@public
def danger(request: HttpRequest) -> HttpResponse:
    """Say when to call 911. After a request in danger this is its confirmation."""
    return page(request, "danger.html", {"sent": receipt.read(request, clock.now())})


@public
def sent(request: HttpRequest) -> HttpResponse:
    """Confirm a request from the cookie; without it, say only that a request was sent."""
    now = clock.now()
    facts = receipt.read(request, now)
    context: dict[str, Any] = {"sent": facts}
    if facts and facts["kind"] == RequestKind.CALL:
        details = facts["details"]
        due_at = datetime.fromisoformat(facts["due"])
        context |= {
            "details": details,
            "sentence": promise_sentence(details, due_at, now, urgent=facts["urgent"]),
            "leaves_message": details["message_ok"] == MessageRule.NAME_NUMBER,
        }
    return page(request, "sent.html", context)


@public
def change(request: HttpRequest) -> HttpResponse:
    """Correct or cancel a request within 30 minutes, in the browser that sent it. Inserts an amendment."""
    now = clock.now()
    facts = receipt.read(request, now)
    if not facts or facts["kind"] != RequestKind.CALL:
        return page(request, "change_over.html")
    details = facts["details"]
    by_email = "email" in details
    if request.method != "POST":
        start = {name: details.get(name, "") for name in ("call_name", "email", "message_ok")}
        start["phone"] = "" if by_email else contact_of(details)
        return _answer(request, "change.html", ChangeForm(initial=start, by_email=by_email), 200)
    form = ChangeForm(request.POST, by_email=by_email)
    cancels = "cancel" in request.POST
    if not form.is_valid() and not cancels:
        return _answer(request, "change.html", form, 422)
    typed = _again(request, ChangeForm, by_email=by_email)
    if not _within_limit(request):
        return _too_many(request, "change.html", typed)
    return _amend(request, facts, form, typed, cancels, now)


def _amend(
    request: HttpRequest, facts: dict[str, Any], form: Any, typed: Any, cancels: bool, now: datetime
) -> HttpResponse:
    kind = AmendmentKind.CANCEL if cancels else AmendmentKind.CHANGE
    changed = {} if cancels else form.contact()
    try:
        amend_request(
            submit_key=form.fields["submit_key"].clean(request.POST.get("submit_key")),
            request_id=facts["id"],
            details=changed,
            kind=kind,
        )
    except Refused as refused:
        return _answer(request, "change.html", typed, 503, refused.message)
    if cancels:
        facts = {"kind": "cancelled", "urgent": False}
    else:
        facts = {**facts, "details": {**facts["details"], **changed}}
    return _sent(facts, now, "public:sent")
