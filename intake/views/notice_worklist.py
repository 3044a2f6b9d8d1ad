"""Who is in care here or on the way, and was not given the patient notice yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import staff
from audit.actions import record_list
from config import clock
from intake.queries import episodes_without_notice

PAGE = 100


@staff("records.notice_give")
@require_GET
def without_notice(request: HttpRequest) -> HttpResponse:
    """List open episodes without the notice, the oldest first (42 CFR 2.22(a))."""
    found = list(episodes_without_notice(request.user)[: PAGE + 1])
    record_list(by=request.user, what="without notice", shown=[one.person_id for one in found[:PAGE]])
    context = {"rows": found[:PAGE], "more": len(found) > PAGE, "now": clock.now()}
    return render(request, "intake/without_notice.html", context)
