"""The trail, for auditor and privacy officer: events without content. Each look at it is an event itself."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record
from audit.export import export_lines
from config import clock
from config.forms import render_form
from config.methods import post_only
from config.spreadsheet import csv_response
from desk import trail
from desk.forms_trail import ExportForm, RecordForm, TrailForm

LOOKS = 200


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@staff("desk.trail_read")
@require_http_methods(["GET", "HEAD", "POST"])
def events(request: HttpRequest) -> HttpResponse:
    """List events, newest first; a POST narrows them, so that no reference stands in an address."""
    form = TrailForm(_sent(request))
    limits: dict[str, Any] = {}
    before, used = "", []
    if request.method == "POST" and form.is_valid():
        limits, before, used = form.limits(), form.cleaned_data["before"], form.used()
    page = trail.page_of(trail.events_of(**limits), before)
    record("trail.viewed", by=request.user, fields=used, shown=len(page.rows))
    context = {"page": page, "now": clock.now(), "alarms": trail.alarms(), "export": ExportForm()}
    return render_form(request, "desk/trail.html", context, form)


@staff("desk.trail_read")
@require_safe
def event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Show one event with everything that it holds."""
    row = trail.event_row(event_id)
    if row is None:
        raise Http404
    record("trail.event_viewed", by=request.user, obj=row.event)
    return render(request, "desk/trail_event.html", {"row": row, "ids": sorted(row.event.ids.items())})


@staff("desk.trail_read", fresh=True)
@post_only
def export(request: HttpRequest) -> HttpResponse:
    """Hand out the trail as bin/verify-audit reads it, line by line; the reason is kept in the event."""
    form = ExportForm(request.POST)
    if not form.is_valid():
        page = trail.page_of(trail.events_of())
        record("trail.viewed", by=request.user, shown=len(page.rows))
        context = {"page": page, "now": clock.now(), "alarms": trail.alarms(), "form": TrailForm()}
        return render_form(request, "desk/trail.html", {**context, "export": form}, form)
    record("trail.exported", by=request.user, reason=form.cleaned_data["reason"])
    lines, _ = export_lines(clock.now())
    return StreamingHttpResponse(
        lines,
        content_type="application/jsonl",
        headers={"Content-Disposition": 'attachment; filename="trail.jsonl"'},
    )


@staff("desk.trail_read")
@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """Show what stands out: failed sign-ins, many records, records outside opening hours."""
    now = clock.now()
    record("trail.activity_viewed", by=request.user)
    context = {
        "failed": trail.failed_sign_ins(now),
        "readers": trail.readers(now),
        "after_hours": trail.after_hours(now),
    }
    return render(request, "desk/trail_activity.html", context)


@staff("desk.looks_read")
@require_http_methods(["GET", "HEAD", "POST"])
def find_looks(request: HttpRequest) -> HttpResponse:
    """Ask for a reference, and lead to who looked at that record."""
    form = RecordForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        found = trail.records_for_looks(request.user).filter(pk=form.cleaned_data["reference"]).first()
        if found is not None:
            return redirect("desk:looks", person_id=found.pk)
        form.add_error("reference", "Nothing has this reference. Check the letters and digits")
    return render_form(request, "desk/looks_find.html", {}, form)


@staff("desk.looks_read", fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show who looked at or worked in one record: when, who, what, why. A POST gives it as a spreadsheet."""
    person = get_object_or_404(trail.records_for_looks(request.user), pk=person_id)
    wanted = "looks.exported" if request.method == "POST" else "looks.viewed"
    record(wanted, by=request.user, person=person)
    page = trail.page_of(trail.events_of(about=trail.about(person)), size=LOOKS)
    if request.method == "POST":
        rows = [(one.event.at.isoformat(), one.who, one.role, one.what, one.why) for one in page.rows]
        return csv_response("who-looked", ("When (UTC)", "Who", "Role", "What", "Why"), rows)
    context = {"person": person, "page": page, "now": clock.now()}
    return render(request, "desk/looks.html", context)
