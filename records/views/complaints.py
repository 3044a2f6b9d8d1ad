"""Complaints, for the privacy officer alone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list
from config import clock
from records.actions.complaints import answer_complaint, record_seen
from records.forms.complaints import AnswerForm
from records.queries.complaints import complaints_for
from records.views.taking import take
from records.views.ways import sent

PAGE = 100


@staff("records.complaint_handle")
@require_GET
def complaint_list(request: HttpRequest) -> HttpResponse:
    """List complaints by reference; those that wait come first."""
    found = list(complaints_for(request.user)[: PAGE + 1])
    record_list(by=request.user, what="complaints", shown=found[:PAGE])
    context = {"rows": found[:PAGE], "more": len(found) > PAGE, "now": clock.now()}
    return render(request, "records/complaint_list.html", context)


@staff("records.complaint_handle")
@require_http_methods(["GET", "POST"])
def complaint(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """Show one complaint and answer it."""
    found = get_object_or_404(complaints_for(request.user), pk=complaint_id)
    if request.method == "GET":
        record_seen(complaint=found, by=request.user)
    return take(
        request, form=AnswerForm(sent(request)), template="records/complaint.html",
        page={"complaint": found, "now": clock.now()}, scope="complaint.answer",
        url=reverse("records:complaint-list"),
        action=lambda given: answer_complaint(complaint=found, by=request.user, **given),
    )  # fmt: skip
