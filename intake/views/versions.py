"""Correcting a signed version, giving a correction up, and answering a clinician's questions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import SubmitForm, render_form
from intake.actions import corrections
from intake.actions.review_questions import answer_question
from intake.forms.versions import AnswerForm, CorrectForm
from intake.models import ReviewQuestion
from intake.queries_review import line_of, places_of, questions_of
from intake.versions import question_of, say
from intake.views.common import open_record, posted, stop_first


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Begin a correction of the signed version, with a reason."""
    record = open_record(request, episode_id, "assessment")
    stop = stop_first(record)
    if stop and request.method == "GET":
        return stop
    form = CorrectForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            corrections.correct(
                by=request.user,
                assessment=record.assessment,
                reason=form.cleaned_data["reason"],
                submit_key=form.cleaned_data["submit_key"],
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "The correction began as a copy. Change what was wrong, then send it.")
            return stop or redirect("intake:assessment", episode_id=episode_id)
    context = {**record.context(), "signed": record.assessment.status == "decided"}
    return render_form(request, "intake/correct.html", context, form)


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Give a correction up, after asking once more."""
    record = open_record(request, episode_id, "assessment")
    form = SubmitForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            corrections.drop(by=request.user, assessment=record.assessment)
        except Refused as refused:
            form.add_error(None, refused.message)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "The correction was given up. It stays among the versions.")
            return redirect("programs:version-list", episode_id=episode_id)
    return render_form(request, "intake/correction_drop.html", record.context(), form)


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, episode_id: UUID, question_id: UUID) -> HttpResponse:
    """Read one question of a clinician, beside what is answered now, and say what came of it."""
    record = open_record(request, episode_id, "assessment")
    asked = get_object_or_404(questions_of(record.episode), pk=question_id)
    stop = stop_first(record)
    if stop and request.method == "GET":
        return stop
    form = AnswerForm(posted(request))
    back = f"{reverse('intake:assessment', args=[episode_id])}#questions"
    if request.method == "POST" and form.is_valid():
        try:
            answer_question(
                by=request.user,
                question=asked,
                kind=form.cleaned_data["kind"],
                words=form.cleaned_data["words"],
                submit_key=form.cleaned_data["submit_key"],
                url=back,
            )
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            messages.success(request, "Answered. The clinician sees it when you send the assessment again.")
            return stop or redirect(back)
    context = {**record.context(), **_asked(asked)}
    return render_form(request, "intake/question.html", context, form)


def _asked(asked: ReviewQuestion) -> dict[str, Any]:
    """The question, and what the field that it is about says now."""
    assessment = asked.assessment
    row_id, _, name = asked.field.rpartition(":")
    if row_id:
        row = assessment.substance_rows.filter(pk=row_id).first()
        answers = row.details if row else {}
    else:
        stored = assessment.sections.filter(key=asked.section).first()
        answers = stored.answers if stored else {}
    question = question_of(asked.section, asked.field)
    return {
        "line": line_of(asked, assessment, places_of(assessment)),
        "answer_now": say(question, answers.get(name)) if question else "",
    }
