"""Entering forms that were filled in by hand while the system was away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from audit.actions import record_list
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake.actions import paper as actions
from intake.forms.paper import PaperForm
from intake.paper import read_serial
from intake.picture import center_zone
from intake.queries import episodes_for, paper_form_of
from intake.views.common import open_record, posted

RECENT = 20


@staff("intake.assessment_edit")
@require_safe
def paper_form(request: HttpRequest, serial: str) -> HttpResponse:
    """Where the code on a printed form leads: whose form it is, chosen by staff."""
    known = read_serial(serial)
    entered = paper_form_of(request.user, known) if known else None
    recent = list(episodes_for(request.user).filter(status="open").order_by("-opened_at", "id")[:RECENT])
    record_list(by=request.user, what="paper form", shown=recent)
    context = {"serial": known, "entered": entered, "recent": recent, "now": clock.now()}
    return render(request, "intake/paper_form.html", context, status=200 if known else 404)


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Say which form it is and when it was filled in; the safety questions come first."""
    record = open_record(request, episode_id, "paper form")
    first = {"serial": request.GET.get("form", "")[:12]}
    with timezone.override(center_zone()):
        form = PaperForm(posted(request), initial=first)
        valid = request.method == "POST" and form.is_valid()
    if valid:
        try:
            actions.begin_paper(by=request.user, episode=record.episode, **form.cleaned_data)
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "Now enter what is on the paper. It counts as said at that time.")
            return redirect("intake:safety-check", episode_id=episode_id)
    told = record.episode.paper_forms.select_related("entered_by", "data_key").order_by("-entered_at")
    context = {**record.context(), "told": told}
    return render_form(request, "intake/paper_begin.html", context, form)


@staff("intake.assessment_edit")
@post_only
def finish(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The whole paper is entered; pressing twice is fine."""
    record = open_record(request, episode_id, "paper form")
    try:
        if record.paper:
            actions.finish_paper(by=request.user, form=record.paper)
    except Conflict as conflict:
        messages.error(request, conflict.message)
    else:
        messages.success(request, "The paper form is entered. Shred the paper, or file it in the record.")
    return redirect("intake:assessment", episode_id=episode_id)
