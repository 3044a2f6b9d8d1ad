"""The assessment as a whole: its sections, hold and resume, check and send."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import SubmitForm, render_form
from config.methods import post_only
from config.templatetags.ui import clock_day
from intake.actions import assessments
from intake.answers import Answers, was_asked
from intake.callback_rows import field_words
from intake.choices import HoldReason
from intake.display import words
from intake.forms.episodes import HoldForm
from intake.instrument_display import NOT_A_DIAGNOSIS, latest_results
from intake.picture import center_zone
from intake.questions import REPEATABLE, SAFETY, SECTIONS, Question
from intake.rules.contact import HOLD_FOR
from intake.rules.gaps import Gap
from intake.rules.opened import open_questions
from intake.rules.progress import domains
from intake.views.common import (
    OpenRecord,
    anchor,
    open_record,
    posted,
    safety_first,
    stop_first,
)


@staff("intake.assessment_view")
@require_http_methods(["GET"])
def overview(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The sections, how far they are, and where to go on."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    context = {
        **record.workspace(),
        "domains": domains(record.sections),
        "safety_due": record.safety_due,
        **_go_on(record),
    }
    return render(request, "intake/assessment.html", context)


def _go_on(record: OpenRecord) -> dict[str, str]:
    """Where work was left: the question changed last, else the first section."""
    last = record.last_edit
    if last is None:
        address = reverse("intake:assessment-section", args=[record.episode.pk, SECTIONS[0].key])
        return {"go_on": address, "go_on_title": f"Start with: {SECTIONS[0].title}"}
    page = reverse("intake:assessment-section", args=[record.episode.pk, last.edited_section])
    where = field_words(last.edited_section, last.edited_field)
    who = "You were" if last.user == record.user else f"{last.user.display_name} was"
    return {
        "go_on": f"{page}#{anchor(last.edited_field)}",
        "go_on_title": f"Continue: {where}",
        "go_on_detail": f"{who} there {clock_day(last.edited_at, record.now)}",
    }


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Put the assessment on hold."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    with timezone.override(center_zone()):
        form = HoldForm(posted(request))
        valid = request.method == "POST" and form.is_valid()
    if valid:
        try:
            assessments.hold(
                by=request.user,
                assessment=record.assessment,
                reason=form.cleaned_data["reason"],
                until=form.cleaned_data["until"] or record.now + HOLD_FOR[form.cleaned_data["reason"]],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "The assessment is on hold. Every answer is kept.")
            return redirect("intake:assessment", episode_id=episode_id)
    reasons = [(value, label, record.now + HOLD_FOR[value]) for value, label in HoldReason.choices]
    context = {**record.context(), "reasons": reasons}
    return render_form(request, "intake/assessment_hold.html", context, form)


@staff("intake.assessment_edit")
@post_only
def resume(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Go on; the safety questions come first."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    try:
        assessments.resume(by=request.user, assessment=record.assessment)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect("intake:assessment", episode_id=episode_id)
    return redirect("intake:safety-check", episode_id=episode_id)


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Read everything once, see what is missing, and send it to the clinicians."""
    record = open_record(request, episode_id, "assessment")
    if stop := stop_first(record):
        return stop
    asked_before = bool(record.facts.checks)  # never asked has a screen of its own, after sending
    if request.method == "POST" and asked_before and (asking := safety_first(request, record)):
        return asking
    form = SubmitForm(posted(request))
    refused, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            assessments.submit(
                by=request.user, assessment=record.assessment, submit_key=form.cleaned_data["submit_key"]
            )
        except Refused as error:
            refused, status = error.message, 422
        except Conflict as conflict:
            refused, status = conflict.message, 409
        else:
            messages.success(request, "Sent. A clinician will review it.")
            return redirect("intake:assessment-check", episode_id=episode_id)
    context = {
        **record.workspace(),
        "form": form,
        "refused": refused,
        "has_errors": bool(refused),
        "gap_links": [(gap_url(episode_id, gap), gap.sentence) for gap in record.gaps],
        "safety_gaps": [gap.sentence for gap in record.gaps if gap.section == SAFETY.key],
        "answers": answers_in_words(record),
        "results": latest_results(record.facts.readings),
        "screening": NOT_A_DIAGNOSIS,
    }
    stopped = status == 422 and context["safety_gaps"]
    template = "intake/safety_gap.html" if stopped else "intake/assessment_check.html"
    return render(request, template, context, status=status)


def gap_url(episode_id: UUID, gap: Gap) -> str:
    """The page, and the place on it, where a gap is filled."""
    if gap.section == "safety":
        return reverse("intake:safety-check", args=[episode_id])
    page = reverse("intake:assessment-section", args=[episode_id, gap.section])
    return f"{page}#id_{gap.field}" if gap.field else page


def answers_in_words(record: OpenRecord) -> list[dict]:
    """Every section with its open questions and answers in words ("" for not asked); substance rows first."""
    shown = []
    for section in SECTIONS:
        answers = record.facts.sections.get(section.key, {})
        groups = []
        if section.key == REPEATABLE:
            for number, row in enumerate(record.facts.rows, start=1):
                groups.append((f"Substance {number}", _in_words(section.row_questions, row.answers)))
        groups.append(("", _in_words(section.questions, answers)))
        shown.append({"key": section.key, "title": section.title, "groups": groups})
    return shown


def _in_words(questions: Sequence[Question], answers: Answers) -> list[tuple[str, str]]:
    """(question, answer in words) of the questions that are open, or were answered."""
    return [
        (one.label, words(one, answers[one.name]) if was_asked(answers, one.name) else "")
        for one in open_questions(questions, answers)
    ]
