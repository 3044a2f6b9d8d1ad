"""The list of requests, one request, and what staff do with it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import ClearwayForm, render_form
from config.methods import post_only
from config.workflow import available
from intake.actions import contact_requests as actions
from intake.choices_contact import RequestKind, RequestStatus
from intake.contact_details import amendments_of, current_details
from intake.contact_rows import RequestRow, rows_of
from intake.forms.contact import CloseRequestForm, IncomingCallForm, LogCallForm
from intake.models import ContactRequest
from intake.queries_contact import (
    SHOWN,
    Listing,
    contact_requests_for,
    listed_requests,
    page_of,
    same_number,
)
from intake.views import request_people
from intake.views.common import posted
from intake.workflow_contact import CONTACT_TRANSITIONS

VIEW, CALL = "intake.request_view", "intake.request_call"
NOBODY_WAITS = "No one is waiting for a call. New requests appear here at once."
NOTHING_MATCHES = "No requests match these filters."
VIEWS = (
    ("open", "Waiting for a call"), ("mine", "Mine"), ("overdue", "Overdue"), ("reached", "Reached"),
    ("closed", "Closed"), ("information", "Information left"), ("set_aside", "Set aside"), ("all", "All"),
)  # fmt: skip


def _listing(request: HttpRequest) -> Listing:
    show, language = request.GET.get("show", "open"), request.GET.get("language", "")
    return Listing(
        show=show if show in SHOWN else "open",
        language=language if language in ("en", "es") else "",
        after=request.GET.get("after", ""),
    )


def _address(listing: Listing, **changes: str) -> str:
    wanted = {"show": listing.show, "language": listing.language, **changes}
    return f"{reverse('intake:request-list')}?{urlencode({k: v for k, v in wanted.items() if v})}"


@staff(VIEW)
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """List requests: those that wait in call order, the others newest first; filters live in the address."""
    listing, now = _listing(request), clock.now()
    found, after = page_of(listed_requests(request.user, listing, now), listing)
    record_list(by=request.user, what="requests", shown=found)
    context = {
        "rows": rows_of(found, request.user, now),
        "listing": listing,
        "views": [(label, _address(listing, show=show), show == listing.show) for show, label in VIEWS],
        "languages": [
            (label, _address(listing, language=code), code == listing.language)
            for code, label in (("", "Any language"), ("en", "English"), ("es", "Spanish"))
        ],
        "next_url": _address(listing, after=after) if after else "",
        "first_url": _address(listing) if listing.after else "",
        "empty": NOBODY_WAITS if listing.show == "open" and not listing.language else NOTHING_MATCHES,
        "filtered": listing.show != "open" or bool(listing.language),
        "now": now,
    }
    return render(request, "intake/request_list.html", context)


def _find(request: HttpRequest, request_id: UUID) -> ContactRequest:
    return get_object_or_404(contact_requests_for(request.user), pk=request_id)


def _page(request: HttpRequest, found: ContactRequest, now: datetime) -> dict[str, Any]:
    """Return what every page of one request shows, once it is recorded who looks at it."""
    record_view(by=request.user, person=None, what="contact request", obj=found)
    amendments = amendments_of([found])[found.pk]
    row = RequestRow(found, amendments, request.user, now)
    steps = {step.name for step in available(CONTACT_TRANSITIONS, found.status, request.user)}
    return {
        "row": row,
        "request_row": found,
        "amendments": amendments,
        "attempts": found.attempts.select_related("by", "data_key").order_by("-at"),
        "same_number": rows_of(same_number(request.user, found), request.user, now),
        "steps": steps,
        "mine": found.assigned_to_id == request.user.pk,
        "episode": found.episodes.first(),
        "may_search": row.about_somebody_else,
        **request_people.possible(request.user, row),
        "now": now,
    }


@staff(VIEW)
@require_GET
def request_detail(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request: its contact rules first, then what was sent and every try to call."""
    found, now = _find(request, request_id), clock.now()
    return render(request, "intake/request_detail.html", _page(request, found, now))


def _conflict(
    request: HttpRequest, conflict: Conflict, request_id: UUID, form: ClearwayForm | None = None
) -> HttpResponse:
    back = reverse("intake:request-detail", args=[request_id])
    page = {"message": conflict.message, "back_url": back, "typed": form.typed() if form else []}
    return render(request, "409.html", page, status=409)


def _act(request: HttpRequest, request_id: UUID, action: Any) -> HttpResponse:
    """Do one thing that needs no answers, then show the request again."""
    found = _find(request, request_id)
    try:
        action(by=request.user, request=found)
    except Conflict as conflict:
        return _conflict(request, conflict, request_id)
    return redirect("intake:request-detail", request_id=request_id)


@staff(CALL)
@post_only
def start_call(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Take the request and begin to call."""
    return _act(request, request_id, actions.start_call)


@staff(CALL)
@post_only
def put_back(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Give the request back without having called."""
    return _act(request, request_id, actions.put_back)


@staff(CALL)
@post_only
def reopen(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Open a closed request again."""
    return _act(request, request_id, actions.reopen_request)


@staff(CALL)
@require_http_methods(["GET", "POST"])
def log_call(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Record how a call ended. Someone who was reached goes on to the safety check."""
    found, now = _find(request, request_id), clock.now()
    if found.kind != RequestKind.CALL:
        raise Http404
    details = current_details(found, amendments_of([found])[found.pk])
    initial = {"outcome": request.GET.get("outcome", "")}
    form = LogCallForm(posted(request), message_ok=details["message_ok"], initial=initial)
    context = _page(request, found, now)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            actions.log_call(
                by=request.user,
                request=found,
                outcome=clean["outcome"],
                note=clean["note"],
                next_try_at=form.next_try_at(now),
                submit_key=clean["submit_key"],
            )
        except Conflict as conflict:
            return _conflict(request, conflict, request_id, form)
        except Refused as refused:
            form.add_refusal(refused)
        else:
            return redirect("intake:request-detail", request_id=request_id)
    return render_form(request, "intake/request_log_call.html", context, form)


@staff(CALL)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """End a request, with a reason."""
    found, now = _find(request, request_id), clock.now()
    form = CloseRequestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            actions.close_request(
                by=request.user, request=found, reason=clean["reason"], submit_key=clean["submit_key"]
            )
        except Conflict as conflict:
            return _conflict(request, conflict, request_id, form)
        return redirect("intake:request-list")
    return render_form(request, "intake/request_close.html", _page(request, found, now), form)


@staff(CALL)
@require_http_methods(["GET", "POST"])
def incoming(request: HttpRequest) -> HttpResponse:
    """Write down a call that comes in. Nobody is looked up."""
    form = IncomingCallForm(posted(request))
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            taken = actions.take_incoming_call(
                by=request.user,
                details=form.details(),
                danger=clean["danger"],
                next_step=clean["next_step"],
                language=clean["language"],
                note=clean["note"],
                call_at=form.next_try_at(clock.now()) if clean["next_step"] == "call_back" else None,
                taken_at=clean["taken_at"],
                submit_key=clean["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        else:
            if taken.status == RequestStatus.REACHED:
                return redirect(f"{reverse('intake:episode-start')}?request={taken.pk}")
            return redirect("intake:request-detail", request_id=taken.pk)
    return render_form(request, "intake/request_new.html", {}, form)


@staff("intake.information_remove")
@post_only
def remove_information(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Destroy information that its sender wants removed."""
    found = get_object_or_404(contact_requests_for(request.user), pk=request_id, kind=RequestKind.INFORMATION)
    actions.remove_information(by=request.user, request=found)
    return redirect("intake:request-list")
