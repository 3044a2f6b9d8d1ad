"""Reports that the law allows, for staff."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from records.actions.reports import make_report
from records.forms.reports import ReportForm
from records.queries import people_for
from records.views.door_pages import form_page
from records.views.ways import sent


@staff("records.report_make")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down a report of a crime here, or of child abuse or neglect. A file is refused with 400."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    if request.FILES:
        return HttpResponseBadRequest("A report takes no file.", content_type="text/plain")
    form = ReportForm(sent(request), person=person, now=clock.now())

    def act(given: dict) -> str:
        packet = make_report(
            person=person, report=form.report(), medium=given["medium"], by=request.user,
            submit_key=given["submit_key"],
        )  # fmt: skip
        return reverse("records:disclosure", args=[packet.id])

    record_view(by=request.user, person=person, what="report form")
    page = {
        "person": person,
        "title": "Report a crime or child abuse",
        "lead": "Only the incident and the facts below may be told. Never anything from the chart.",
        "button": "Write the report down",
        "back_url": reverse("records:without-consent", args=[person.pk]),
        "back": "Without consent",
    }
    return form_page(request, form, page, act)
