"""The assessment as a whole: its sections, hold and resume, check and send."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import staff
from config.errors import Conflict, Refused
from config.forms import SubmitForm, render_form
from intake.actions import assessments
from intake.display import words
from intake.forms.episodes import HoldForm
from intake.picture import center_zone
from intake.questions import BY_KEY, REPEATABLE, SECTIONS
from intake.rules.gaps import Gap
from intake.rules.progress import domains
from intake.views.common import OpenRecord, add_conflict, as_conflict, open_record, posted
from outbox.submit import AlreadyDone


@staff("intake.assessment_view")
@require_http_methods(["GET"])
def overview(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """The sections, how far they are, and where to go on."""
    record = open_record(request, episode_id, "assessment")
    context = {
        **record.workspace(),
        "domains": domains(record.sections),
        "safety_due": record.safety_due,
        **_go_on(record),
    }
    return render(request, "intake/assessment.html", context)


def _go_on(record: OpenRecord) -> dict[str, str]:
    """Where work was left: the section saved last, else the first."""
    saved = [section for section in record.assessment.sections.all() if section.updated_at]
    last = max(saved, key=lambda section: section.updated_at, default=None)
    if last is None:
        return {"go_on": SECTIONS[0].key, "go_on_title": f"Start with: {SECTIONS[0].title}"}
    return {"go_on": last.key, "go_on_title": f"Continue where you left off: {BY_KEY[last.key].title}"}


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Put the assessment on hold."""
    record = open_record(request, episode_id, "assessment")
    with timezone.override(center_zone()):
        form = HoldForm(posted(request))
        valid = request.method == "POST" and form.is_valid()
    if valid:
        try:
            assessments.hold(
                by=request.user,
                assessment=record.assessment,
                reason=form.cleaned_data["reason"],
                until=form.cleaned_data["until"],
            )
        except Refused as refused:
            form.add_error(refused.field, refused.message)
        except Conflict as conflict:
            add_conflict(form, conflict)
        else:
            messages.success(request, "The assessment is on hold. Every answer is kept.")
            return redirect("intake:assessment", episode_id=episode_id)
    return as_conflict(form, render_form(request, "intake/assessment_hold.html", record.context(), form))


@staff("intake.assessment_edit")
@require_POST
def resume(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Go on; the safety questions come first."""
    record = open_record(request, episode_id, "assessment")
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
    form = SubmitForm(posted(request))
    refused, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            assessments.submit(
                by=request.user, assessment=record.assessment, submit_key=form.cleaned_data["submit_key"]
            )
        except AlreadyDone as done:
            return redirect(done.url)
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
        "answers": _answers(record),
    }
    return render(request, "intake/assessment_check.html", context, status=status)


def gap_url(episode_id: UUID, gap: Gap) -> str:
    """The page, and the place on it, where a gap is filled."""
    if gap.section == "safety":
        return reverse("intake:safety-check", args=[episode_id])
    page = reverse("intake:assessment-section", args=[episode_id, gap.section])
    return f"{page}#id_{gap.field}" if gap.field else page


def _answers(record: OpenRecord) -> list[dict]:
    """Every section with its questions and answers in words; substance rows first in theirs."""
    shown = []
    for section in SECTIONS:
        answers = record.facts.sections.get(section.key, {})
        groups = []
        if section.key == REPEATABLE:
            for number, row in enumerate(record.facts.rows, start=1):
                facts = [(q.label, words(q, row.answers.get(q.name))) for q in section.row_questions]
                groups.append((f"Substance {number}", facts))
        groups.append(("", [(q.label, words(q, answers.get(q.name))) for q in section.questions]))
        shown.append({"key": section.key, "title": section.title, "groups": groups})
    return shown
