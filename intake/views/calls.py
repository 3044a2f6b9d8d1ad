"""A call that dropped, and calling back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from intake.actions.assessments import resume
from intake.actions.callbacks import log_try
from intake.actions.dropped_call import drop_call
from intake.callback_rows import rows_for
from intake.choices import CallbackReason, CallbackResult
from intake.forms.episodes import CallbackForm
from intake.models import Callback
from intake.views.common import OpenRecord, open_record, posted, stop_first


@staff("intake.assessment_edit")
@post_only
def dropped(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Hold the assessment of a caller who is gone, and promise to call back."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    try:
        made = drop_call(by=request.user, assessment=record.assessment)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("intake:assessment", episode_id=episode_id)
    return redirect("intake:callback", episode_id=episode_id, callback_id=made.pk)


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, episode_id: UUID, callback_id: UUID) -> HttpResponse:
    """Say how to call back and what may be said, and log a try."""
    record = open_record(request, episode_id, "call back")
    waiting = get_object_or_404(record.episode.callbacks.select_related("opened_by"), pk=callback_id)
    waiting.episode = record.episode
    form = CallbackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _after(request, record, waiting, form.cleaned_data["result"])
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
    context = {
        **record.context(),
        "callback": waiting,
        "row": rows_for([waiting], request.user, record.now)[0],
        "tries": waiting.tries.select_related("by").order_by("-at", "id"),
    }
    return render_form(request, "intake/callback.html", context, form)


def _after(request: HttpRequest, record: OpenRecord, waiting: Callback, result: str) -> HttpResponse:
    """Log the try. With the caller on the line again the work goes on, safety questions first."""
    log_try(by=request.user, callback=waiting, result=result)
    if result != CallbackResult.REACHED:
        messages.success(request, "The try is saved. The call back stays on the list until they are reached.")
        return redirect("intake:callback", episode_id=record.episode.pk, callback_id=waiting.pk)
    if record.assessment.status == "on_hold" and waiting.reason == CallbackReason.DROPPED:
        resume(by=request.user, assessment=record.assessment)
    return redirect("intake:safety-check", episode_id=record.episode.pk)
