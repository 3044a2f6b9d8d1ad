"""Keeping a record to the colleagues named on its care team."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.forms import render_form
from records.actions.break_glass import set_restricted
from records.choices import RestrictReason
from records.forms.access import RestrictForm
from records.queries import people_for


@staff("records.restrict")
@require_http_methods(["GET", "POST"])
def restricted(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Mark a record as restricted, with a reason, or lift it."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    lifting = request.POST.get("lift") == "yes"
    form = RestrictForm(request.POST if request.method == "POST" and not lifting else None)
    if lifting:
        set_restricted(person=person, by=request.user, restricted=False)
        messages.success(request, "The record is no longer restricted.")
        return redirect("records:team", person_id=person_id)
    if request.method == "POST" and form.is_valid():
        set_restricted(person=person, by=request.user, restricted=True, reason=form.cleaned_data["reason"])
        messages.success(request, "The record is restricted.")
        return redirect("records:team", person_id=person_id)
    record_view(by=request.user, person=person, what="restricted")
    said = person.restriction or {}
    context = {
        "person": person,
        "why": RestrictReason(said["reason"]).label if said else "",
        "who": said.get("by", ""),
        "at": datetime.fromisoformat(said["at"]) if said else None,
        "now": clock.now(),
    }
    return render_form(request, "records/restricted.html", context, form)
