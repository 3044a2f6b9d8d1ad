"""Reporting a use at any time of an episode, also when the answers are decided."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.episodes import report_use
from intake.forms.episodes import ReportUseForm
from intake.picture import center_zone
from intake.views.common import open_record, posted


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Keep a use that somebody reported; a clearance whose examination is not after it ends."""
    record = open_record(request, episode_id, "reported use")
    with timezone.override(center_zone()):
        form = ReportUseForm(posted(request))
        valid = request.method == "POST" and form.is_valid()
    if valid:
        said = form.cleaned_data
        try:
            report_use(
                by=request.user,
                episode=record.episode,
                used_at=said["used_at"],
                substance=said["substance"],
                note=said["note"],
                submit_key=said["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "The use is recorded.")
            return redirect("intake:assessment", episode_id=episode_id)
    told = record.episode.reported_uses.select_related("reported_by", "data_key").order_by("-reported_at")
    context = {**record.context(), "told": told, "editable": record.editable}
    return render_form(request, "intake/report_use.html", context, form)
