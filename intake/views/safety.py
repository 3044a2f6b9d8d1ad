"""The safety check, and the screen that stops everything when somebody said yes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.safety import record_disposition, record_safety_check
from intake.answers import value_of
from intake.forms.episodes import DispositionForm
from intake.forms.questions import QuestionsForm
from intake.questions import SAFETY
from intake.questions.safety import SUICIDE
from intake.views.common import add_conflict, as_conflict, open_record, posted
from outbox.submit import AlreadyDone
from records.break_glass import safety_documentation


@safety_documentation
@staff("intake.safety_check")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask the safety questions; every asking is a new row."""
    record = open_record(request, episode_id, "safety check")
    form = QuestionsForm(posted(request), questions=SAFETY.questions, answers={}, now=record.now)
    if request.method == "POST" and form.is_valid():
        try:
            done = record_safety_check(
                by=request.user,
                episode=record.episode,
                answers=form.answers(),
                submit_key=form.cleaned_data["submit_key"],
            )
        except AlreadyDone as before:
            return redirect(before.url)
        except Conflict as conflict:
            add_conflict(form, conflict)
        else:
            if done.emergency:
                return redirect("intake:safety-stop", episode_id=episode_id, check_id=done.pk)
            messages.success(request, "The safety check is saved.")
            return redirect("intake:assessment", episode_id=episode_id)
    last = record.episode.safety_checks.select_related("asked_by").order_by("-asked_at").first()
    waiting = record.episode.safety_checks.filter(emergency=True, disposition_at__isnull=True).first()
    context = {**record.context(), "section": SAFETY, "last": last, "waiting": waiting}
    return as_conflict(form, render_form(request, "intake/safety_check.html", context, form))


@safety_documentation
@staff("intake.safety_check")
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, episode_id: UUID, check_id: UUID) -> HttpResponse:
    """Say what to do now, and keep what was done."""
    record = open_record(request, episode_id, "safety check")
    asked = get_object_or_404(
        record.episode.safety_checks.select_related("asked_by", "disposition_by"), pk=check_id, emergency=True
    )
    form = DispositionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            record_disposition(
                by=request.user,
                check=asked,
                actions=form.cleaned_data["actions"],
                note=form.cleaned_data["note"],
            )
        except Conflict as conflict:
            add_conflict(form, conflict)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        else:
            messages.success(request, "What was done is saved.")
            return redirect("intake:assessment", episode_id=episode_id)
    said_yes = [q for q in SAFETY.questions if value_of(asked.answers, q.name) == "yes"]
    context = {
        **record.context(),
        "check": asked,
        "said_yes": said_yes,
        "suicide": any(question.name == SUICIDE for question in said_yes),
        "only_suicide": [question.name for question in said_yes] == [SUICIDE],
        "done": _done(asked),
    }
    return as_conflict(form, render_form(request, "intake/safety_stop.html", context, form))


def _done(asked) -> list[str]:
    """The labels of what was done, when it was written down."""
    labels = dict(DispositionForm.base_fields["actions"].choices)
    return [labels[action] for action in (asked.disposition or {}).get("actions", [])]
