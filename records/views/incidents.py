"""Reporting incidents, the register, and one incident with its checklist."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.errors import Refused
from config.forms import render_form
from records.actions import incidents
from records.choices_rights import IncidentKind
from records.display_rights import duty_rows, incident_chip, incident_facts
from records.forms.incidents import MisdirectedForm, ReportForm, TaskForm
from records.queries.incidents import disclosures_to_report, incidents_for, tasks_of
from records.views.taking import take
from records.views.ways import sent

PAGE = 100
NOBODY = UUID(int=0)


def incident_url(incident_id: Any) -> str:
    """Return the address of one incident; "INCIDENT" stands for one that is about to be made."""
    if incident_id == "INCIDENT":
        return incident_url(NOBODY).replace(str(NOBODY), "INCIDENT")
    return reverse("records:incident", args=[incident_id])


@staff("records.incident_report")
@require_GET
def incident_list(request: HttpRequest) -> HttpResponse:
    """List the register; who does not keep it sees what they reported themselves."""
    found = list(incidents_for(request.user)[: PAGE + 1])
    record_list(by=request.user, what="incidents", shown=found[:PAGE])
    rows = [(one, *incident_chip(one)) for one in found[:PAGE]]
    return render(request, "records/incident_list.html", {"rows": rows, "more": len(found) > PAGE})


@staff("records.incident_report")
@require_http_methods(["GET", "POST"])
def incident_report(request: HttpRequest) -> HttpResponse:
    """Report an incident that no single packet began: a lost device, a paper left behind, a look too many."""
    wanted = request.GET.get("kind", "")
    initial = {"kind": wanted} if wanted in IncidentKind.values else {}
    form = ReportForm(sent(request), initial=initial, now=clock.now())
    return _reported(request, form, {"lead": "Better one report too many. Nobody is blamed for reporting."})


@staff("records.disclosure_read", fresh=True)
@require_http_methods(["GET", "POST"])
def misdirected(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Say that a packet went to the wrong recipient: everything that can be stopped stops at once."""
    row = get_object_or_404(disclosures_to_report(request.user), pk=disclosure_id)
    record_view(by=request.user, person=row.person_id, what="misdirected form", obj=row)
    form = MisdirectedForm(sent(request), now=clock.now())
    page = {
        "person": row.person, "recipient": row.recipient_name, "lead": WRONG_RECIPIENT,
        "back": reverse("records:disclosure", args=[row.pk]), "back_to": "What was shared",
    }  # fmt: skip
    about = {
        "kind": IncidentKind.MISDIRECTED, "person": row.person, "subject": row.subject, "disclosure": row,
        "information": list(row.categories),
    }  # fmt: skip
    return _reported(request, form, page, **about)


WRONG_RECIPIENT = (
    "When you send this, the link stops working at once, messages that wait are cancelled, and the privacy "
    "officer and a supervisor are told."
)


def _reported(request: HttpRequest, form: Any, page: dict[str, Any], **about: Any) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, **about}
        try:
            made = incidents.report(by=request.user, url=incident_url("INCIDENT"), **given)
            return redirect(incident_url(made.pk))
        except Refused as refused:
            form.add_refusal(refused)
    return render_form(request, "records/incident_report.html", page, form)


@staff("records.incident_report")
@require_GET
def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Show one incident: what was stopped and opened, the checklist, and for who keeps it the register."""
    found = get_object_or_404(incidents_for(request.user), pk=incident_id)
    handles = request.user.has_perm("records.incident_handle")
    affected = list(found.affected.select_related("person__data_key", "data_key").order_by("added_at", "id"))
    for one in affected or [None]:
        record_view(by=request.user, person=one.person_id if one else None, what="incident", obj=found)
    family, word = incident_chip(found)
    now = clock.now()
    context = {
        "incident": found,
        "family": family,
        "word": word,
        "facts": incident_facts(found),
        "tasks": found.tasks.select_related("done_by").order_by("position"),
        "handles": handles,
        "affected": affected if handles else [],
        "counts": sorted(incidents.count_by_state(found).items()) if handles else [],
        "duties": duty_rows(found.duties.select_related("incident").order_by("due_on", "id"), now)
        if handles
        else [],
        "own_proposal": found.proposed_by_id == request.user.pk,
        "now": now,
    }
    return render(request, "records/incident.html", context)


@staff("records.incident_report")
@require_http_methods(["GET", "POST"])
def incident_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Note how a step of the checklist was done."""
    task = get_object_or_404(tasks_of(request.user).select_related("incident", "data_key"), pk=task_id)
    return take(
        request, form=TaskForm(sent(request)), template="records/incident_form.html",
        page={"incident": task.incident, "title": task.get_code_display(), "button": "Done"},
        scope="incident.task", url=incident_url(task.incident_id),
        action=lambda given: incidents.finish_task(task=task, by=request.user, **given),
    )  # fmt: skip
