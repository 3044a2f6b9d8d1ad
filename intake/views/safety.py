"""The safety check, and the screen that stops everything when somebody said yes."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import render_form
from intake.actions.safety import add_to_emergency, record_disposition, record_safety_check
from intake.answers import value_of
from intake.choices import DispositionAction
from intake.forms.episodes import AdditionForm, DispositionForm
from intake.forms.questions import QuestionsForm
from intake.models import SafetyCheck
from intake.questions import BY_KEY, SAFETY
from intake.questions.safety import EVERYWHERE, SUICIDE
from intake.views.common import OpenRecord, anchor, open_record, posted, stop_first
from records.break_glass import safety_documentation

_FIELD = re.compile(r"[0-9a-z_:-]{1,90}")


@safety_documentation
@staff("intake.safety_check")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask the safety questions; every asking is a new row. Then back to where one was."""
    record = open_record(request, episode_id, "safety check")
    stop = stop_first(record)
    if stop and request.method == "GET":
        return stop
    form = QuestionsForm(posted(request), questions=SAFETY.questions, answers={}, now=record.now)
    if request.method == "POST" and form.is_valid():
        try:
            done = record_safety_check(
                by=request.user,
                episode=record.episode,
                answers=form.answers(),
                submit_key=form.cleaned_data["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            return stop or _go_on(request, record, done)
    last = record.episode.safety_checks.select_related("asked_by").order_by("-asked_at").first()
    context = {**record.context(), "section": SAFETY, "last": last, "back": _place(request)}
    return render_form(request, "intake/safety_check.html", context, form)


def _go_on(request: HttpRequest, record: OpenRecord, done: SafetyCheck) -> HttpResponse:
    """To the stop page after a yes; else back to the field that one came from."""
    if done.emergency:
        stop = reverse("intake:safety-stop", args=[record.episode.pk, done.pk])
        place = urlencode(_place(request))
        return redirect(f"{stop}?{place}" if place else stop)
    left, every = len(SAFETY.questions) - len(done.answers), len(SAFETY.questions)
    if left:
        words = f"{left} of {every} safety questions {'is' if left == 1 else 'are'} not asked yet."
        messages.warning(request, f"Saved, but {words}")
    else:
        messages.success(request, "The safety check is saved.")
    return redirect(_way_back(request, record))


def _place(request: HttpRequest) -> dict[str, str]:
    """The section and the field that one came from, as the address or the form says."""
    given = request.POST if request.method == "POST" else request.GET
    section, field = given.get("back", ""), given.get("at", "")
    if section not in BY_KEY:
        return {}
    return {"back": section, "at": field} if _FIELD.fullmatch(field) else {"back": section}


def _way_back(request: HttpRequest, record: OpenRecord) -> str:
    """The address of the field that one came from; of the assessment when that isn't known."""
    place = _place(request)
    if not place:
        return reverse("intake:assessment", args=[record.episode.pk])
    section = reverse("intake:assessment-section", args=[record.episode.pk, place["back"]])
    return f"{section}#{anchor(place['at'])}" if "at" in place else section


@safety_documentation
@staff("intake.safety_check")
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, episode_id: UUID, check_id: UUID) -> HttpResponse:
    """Say what to do now, and keep what was done; afterwards keep what a clinician adds."""
    record = open_record(request, episode_id, "safety check")
    asked = get_object_or_404(
        record.episode.safety_checks.select_related("asked_by", "disposition_by"), pk=check_id, emergency=True
    )
    may_doubt = request.user.has_perm("intake.assessment_review")
    adds = "add" in request.POST
    form = DispositionForm(None if adds else posted(request), may_doubt=may_doubt)
    addition = AdditionForm(posted(request) if adds else None, prefix="add")
    if request.method == "POST":
        done = _add(request, asked, addition) if adds else _dispose(request, record, asked, form)
        if done:
            return done
    context = {
        **record.context(),
        **_said(asked),
        "check": asked,
        "back": _place(request),
        "addition": addition if may_doubt and asked.disposition_at else None,
        "additions": asked.additions.select_related("by").order_by("at", "id"),
    }
    sent = addition if adds else form
    page = {**context, "dispose": form}
    return render_form(request, "intake/safety_stop.html", page, sent)


def _dispose(
    request: HttpRequest, record: OpenRecord, asked: SafetyCheck, form: DispositionForm
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        record_disposition(
            by=request.user,
            check=asked,
            actions=form.cleaned_data["actions"],
            note=form.cleaned_data["note"],
            **form.told(),
        )
    except Conflict as conflict:
        form.add_conflict(conflict)
    except Refused as refused:
        form.add_refusal(refused)
    else:
        messages.success(request, "What was done is saved.")
        return redirect(_way_back(request, record))
    return None


def _add(request: HttpRequest, asked: SafetyCheck, form: AdditionForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        add_to_emergency(
            by=request.user,
            check=asked,
            reason=form.cleaned_data["reason"],
            not_emergency=form.cleaned_data["not_emergency"],
        )
    except Refused as refused:
        form.add_error(None if refused.field == "actions" else refused.field, refused.message)
        return None
    messages.success(request, "Added. What was said and done before stays as it is.")
    return redirect(request.path)


def _said(asked: SafetyCheck) -> dict[str, Any]:
    """What was answered with yes, and the labels of what was done when that was written down."""
    said_yes = [q for q in SAFETY.questions if value_of(asked.answers, q.name) == "yes"]
    done = (asked.disposition or {}).get("actions", [])
    return {
        "said_yes": said_yes,
        "everywhere": EVERYWHERE,
        "only_suicide": [question.name for question in said_yes] == [SUICIDE],
        "done": [DispositionAction(action).label for action in done],
    }
