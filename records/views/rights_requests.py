"""What a person asks for about their record, for staff: list, write down, extend, close."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from records.actions import rights_requests
from records.choices_rights import STILL_OPEN, RequestKind, RequestStatus
from records.display_rights import rights_rows
from records.forms.rights_requests import CloseForm, ExtendForm, RequestForm
from records.models import Person, RightsRequest
from records.queries import same_person
from records.queries.consents import people_with_consents_for
from records.queries.restrictions import restrictions_for
from records.queries.rights_requests import copy_for, rights_requests_for
from records.views.taking import take
from records.views.ways import sent

MOST = 100
# Where an open request is fulfilled, by its kind: what the button says, and the page.
FULFIL = {
    RequestKind.ACCESS: ("Give the copy", "records:own-copy"),
    RequestKind.ACCOUNTING: ("Hand over the accounting", "records:accounting-give"),
}


def _today() -> date:
    return center_day(clock.now())


@staff("records.rights_read")
@require_GET
def rights_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show everything one person asked for, limits among it, the newest first."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="requests")
    asked = rights_requests_for(request.user).filter(person__in=same_person(person))[:MOST]
    limits = restrictions_for(request.user).filter(person__in=same_person(person))[:MOST]
    context = {"person": person, "rows": rights_rows(asked, limits, _today())}
    return render(request, "records/rights_list.html", context)


@staff("records.rights_read")
@require_http_methods(["GET", "POST"])
def rights_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down what a person asks for."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="request form")
    back = reverse("records:rights-list", args=[person.pk])
    page = _page(person, "The person asks for something", back, "Requests") | {
        "lead": "A copy, a change or an accounting. A limit on sharing has its own page, Limits.",
        "button": "Write it down",
    }
    return take(
        request, form=RequestForm(sent(request), today=_today()), template="records/door_form.html",
        page=page, scope="rights.ask", url=back,
        action=lambda given: rights_requests.ask(person=person, by=request.user, **given),
    )  # fmt: skip


@staff("records.rights_read")
@require_GET
def rights(request: HttpRequest, rights_id: UUID) -> HttpResponse:
    """Show one request with its clock, and what can be done about it."""
    row = _found(request, rights_id)
    record_view(by=request.user, person=row.person_id, what="request", obj=row)
    waits = row.status in STILL_OPEN
    words, page = FULFIL.get(RequestKind(row.kind), ("", ""))
    context = {
        "row": row,
        "person": row.person,
        "shown": rights_rows([row], [], _today())[0],
        "waits": waits,
        "can_extend": row.status == RequestStatus.OPEN and _today() <= row.due_on,
        "fulfil": words,
        "fulfil_url": reverse(page, args=[row.person_id]) if page else "",
        "copy": copy_for(row, row.received_on) if waits and page else row.disclosure,
        "now": clock.now(),
    }
    return render(request, "records/rights.html", context)


@staff("records.rights_close")
@require_http_methods(["GET", "POST"])
def rights_extend(request: HttpRequest, rights_id: UUID) -> HttpResponse:
    """Extend the time, once, for a reason."""
    row = _found(request, rights_id)
    record_view(by=request.user, person=row.person_id, what="request form", obj=row)
    back = reverse("records:rights", args=[row.pk])
    page = _page(row.person, "Extend the time", back, "Request") | {
        "lead": "By 30 days, once. The law asks for it before the first time is over.",
        "button": "Extend by 30 days",
    }
    return take(
        request, form=ExtendForm(sent(request)), template="records/door_form.html", page=page,
        scope="rights.extend", url=back,
        action=lambda given: rights_requests.extend(request=row, by=request.user, **given),
    )  # fmt: skip


@staff("records.rights_close")
@require_http_methods(["GET", "POST"])
def rights_close(request: HttpRequest, rights_id: UUID) -> HttpResponse:
    """Close the request with what was done, or why not."""
    row = _found(request, rights_id)
    record_view(by=request.user, person=row.person_id, what="request form", obj=row)
    back = reverse("records:rights", args=[row.pk])
    page = _page(row.person, "Close the request", back, "Request") | {
        "lead": row.get_kind_display(),
        "button": "Close the request",
    }
    return take(
        request, form=CloseForm(sent(request), kind=row.kind), template="records/door_form.html", page=page,
        scope="rights.close", url=back,
        action=lambda given: rights_requests.close(request=row, by=request.user, **given),
    )  # fmt: skip


def _page(person: Person, title: str, back_url: str, back: str) -> dict[str, Any]:
    return {"person": person, "title": title, "back_url": back_url, "back": back}


def _found(request: HttpRequest, rights_id: UUID) -> RightsRequest:
    return get_object_or_404(rights_requests_for(request.user), pk=rights_id)
