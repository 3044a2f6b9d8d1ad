"""Who on file may have sent a request, and why: for staff, when somebody asks for themselves."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import staff
from audit.actions import record_list
from config.methods import post_only
from intake.actions.request_people import say_not_from
from intake.choices_contact import RequestKind, Who
from intake.contact_details import amendments_of
from intake.contact_rows import RequestRow
from intake.queries_contact import contact_requests_for, not_from_whom
from records.models import Person
from records.queries.duplicates import Possible, possible_elsewhere, possible_same
from records.rules.duplicates import Known


def _found(user: Any, row: RequestRow) -> tuple[list[Possible], list[Person]]:
    details = row.details
    own = row.request.kind == RequestKind.CALL and details.get("who") == Who.ME
    if not own or row.request.episodes.exists():
        return [], []
    known = Known((details["call_name"],), details.get("phone") or "")
    gone = not_from_whom(row.request)
    alike = [one for one in possible_same(user, known) if one.person.pk not in gone]
    return alike, [one for one in possible_elsewhere(user, known) if one.pk not in gone]


def possible(user: Any, row: RequestRow) -> dict[str, Any]:
    """Return who on file it may be, and references of people off the list; both are recorded as seen."""
    alike, elsewhere = _found(user, row)
    record_list(by=user, what="possible same people", shown=[one.person for one in alike])
    record_list(by=user, what="references of people off the list", shown=elsewhere)
    return {"alike": alike, "elsewhere": elsewhere}


@staff("intake.request_call")
@post_only
def not_from(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Remember that a request is not from somebody who was shown as possible."""
    found = get_object_or_404(contact_requests_for(request.user), pk=request_id)
    row = RequestRow(found, amendments_of([found])[found.pk], request.user, found.received_at)
    alike, elsewhere = _found(request.user, row)
    shown = {str(one.pk): one for one in [*(one.person for one in alike), *elsewhere]}
    person = shown.get(request.POST.get("person", ""))
    if person is None and request.POST.get("person"):
        raise Http404
    if person is None:
        page = {
            "message": "Choose from the list again.",
            "back_url": reverse("intake:request-detail", args=[found.pk]),
        }
        return render(request, "409.html", page, status=409)
    why = request.POST.get("reason", "")[:500].replace("\x00", "") or "Compared on the page of the request"
    say_not_from(by=request.user, request=found, person=person, reason=why)
    return redirect("intake:request-detail", request_id=request_id)
