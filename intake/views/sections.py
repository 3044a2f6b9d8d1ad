"""One section of the assessment: answering, rows of substances, and choosing between two answers."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.errors import Conflict, Refused
from config.templatetags.ui import summary_links
from intake.actions.assessments import add_substance, remove_substance, save_section
from intake.actions.sections import FieldConflict, row_field
from intake.display import words
from intake.forms.questions import QuestionsForm
from intake.models import AssessmentSection
from intake.questions import BY_KEY, REPEATABLE, SECTIONS
from intake.questions.substances import ROW_LAYOUT
from intake.views.common import OpenRecord, open_record
from outbox.submit import AlreadyDone

MINE, THEIRS = "mine", "theirs"


class SectionPage:
    """The forms of one section: its own questions, and one form per substance row."""

    def __init__(self, record: OpenRecord, stored: AssessmentSection, data: Mapping | None = None) -> None:
        self.record, self.stored, self.data = record, stored, data
        self.questions = BY_KEY[stored.key]
        self.form = QuestionsForm(
            data, questions=self.questions.questions, answers=stored.answers, now=record.now
        )
        self.row_forms = self._row_forms() if stored.key == REPEATABLE else []

    def _row_forms(self) -> list[QuestionsForm]:
        """One form per row on the page; a row that is being removed is not read."""
        rows = {str(row.id): row for row in self.record.assessment.substance_rows.order_by("position", "id")}
        if self.data is None:
            ids = [key for key, row in rows.items() if row.removed_at is None]
        else:
            ids = [key for key in self.data.getlist("row") if key in rows and key != self.removing]
        return [
            QuestionsForm(
                self.data,
                questions=self.questions.row_questions,
                answers=rows[key].details,
                now=self.record.now,
                prefix=key,
            )
            for key in dict.fromkeys(ids)
        ]

    def rows(self) -> list[tuple[int, QuestionsForm, list]]:
        """The substance rows as (number, form, rows of bound fields)."""
        return [
            (number, form, form.in_layout(ROW_LAYOUT)) for number, form in enumerate(self.row_forms, start=1)
        ]

    @property
    def pressed(self) -> str:
        """The button that was pressed: next, close, add, or remove:<row id>."""
        return self.data.get("do", "next") if self.data is not None else ""

    @property
    def removing(self) -> str:
        """The id of the row to remove, or nothing."""
        return self.pressed.removeprefix("remove:") if self.pressed.startswith("remove:") else ""

    @property
    def forms(self) -> list[QuestionsForm]:
        """Every form of the page, in page order."""
        return [*self.row_forms, self.form]

    def is_valid(self) -> bool:
        """Whether every form is right."""
        return all(form.is_valid() for form in self.forms)

    def errors(self) -> list[tuple[str, str]]:
        """(id of the control, message) of every error; rows say which they are."""
        found = []
        for number, form in enumerate(self.row_forms, start=1):
            found += [(target, f"Substance {number}: {message}") for target, message in summary_links(form)]
        return found + summary_links(self.form)

    def answers(self) -> dict[str, Mapping | None]:
        """Every field of the page under its flat name."""
        flat = dict(self.form.answers())
        for form in self.row_forms:
            flat.update({row_field(form.prefix, name): answer for name, answer in form.answers().items()})
        return flat

    def version(self) -> int:
        """The version that the page was filled from."""
        if self.data is None:
            return self.stored.version
        text = self.data.get("version", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, episode_id: UUID, section: str) -> HttpResponse:
    """Show one section, or save what was sent and go on."""
    if section not in BY_KEY:
        raise Http404
    record = open_record(request, episode_id, "assessment")
    stored = record.assessment.sections.select_related("updated_by", "data_key").get(key=section)
    if request.method == "POST":
        if "resolve" in request.POST:
            return _resolve(request, record, stored)
        return _save(request, SectionPage(record, stored, request.POST))
    if record.editable and record.safety_due:
        messages.info(request, "Ask the safety questions first.")
        return redirect("intake:safety-check", episode_id=episode_id)
    return _page(request, SectionPage(record, stored))


def _page(request: HttpRequest, page: SectionPage, *, status: int = 200, problem: str = "") -> HttpResponse:
    errors = page.errors()
    context = {
        **page.record.workspace(),
        "page": page,
        "section": page.questions,
        "stored": page.stored,
        "version": max(page.version(), 0),
        "errors": [("", problem), *errors] if problem else errors,
        "has_errors": bool(errors or problem),
        "next_section": next_key(page.stored.key),
        "completed": page.stored.completed if page.data is None else "completed" in page.data,
    }
    return render(request, "intake/assessment_section.html", context, status=status)


def _save(request: HttpRequest, page: SectionPage) -> HttpResponse:
    if not page.is_valid():
        return _page(request, page, status=422)
    if page.version() < 0:
        return _page(
            request, page, status=409, problem="This page is too old to save. Open the section again."
        )
    try:
        save_section(
            by=request.user,
            assessment=page.record.assessment,
            key=page.stored.key,
            base_version=page.version(),
            answers=page.answers(),
            completed="completed" in request.POST,
        )
        return _after(request, page)
    except Refused as refused:
        return _page(request, page, status=422, problem=refused.message)
    except Conflict as conflict:
        if not conflict.details.get("conflicts"):
            return _page(request, page, status=409, problem=conflict.message)
        return _choose(request, page.record, page.stored, conflict)


def _after(request: HttpRequest, page: SectionPage) -> HttpResponse:
    """Do what the pressed button says, after everything was saved."""
    episode_id, key = page.record.episode.pk, page.stored.key
    here = reverse("intake:assessment-section", args=[episode_id, key])
    if page.pressed == "add":
        try:
            row = add_substance(
                by=request.user,
                assessment=page.record.assessment,
                submit_key=page.form.cleaned_data["submit_key"],
            )
        except AlreadyDone as done:
            return redirect(done.url)
        return redirect(f"{here}#row-{row.pk}")
    if page.removing:
        remove_substance(by=request.user, assessment=page.record.assessment, row_id=_uuid(page.removing))
        return redirect(f"{here}#rows")
    if page.pressed == "stay":
        return redirect(here)
    if page.pressed == "close" or next_key(key) is None:
        name = "assessment" if page.pressed == "close" else "assessment-check"
        return redirect(f"intake:{name}", episode_id=episode_id)
    return redirect("intake:assessment-section", episode_id=episode_id, section=next_key(key))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def next_key(key: str) -> str | None:
    """The key of the section after this one; None after the last."""
    keys = [section.key for section in SECTIONS]
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else None


def _choose(
    request: HttpRequest, record: OpenRecord, stored: AssessmentSection, conflict: Conflict
) -> HttpResponse:
    """Show both answers of every field in conflict. What only one side changed is saved already."""
    section = BY_KEY[stored.key]
    choices = []
    for number, one in enumerate(conflict.details["conflicts"]):
        question = section.question(one.field.rpartition(":")[2])
        choices.append(
            {
                "name": f"choice-{number}",
                "field": one.field,
                "row": one.field.rpartition(":")[0],
                "label": _label(record, one, question.label),
                "mine": words(question, one.mine),
                "theirs": words(question, one.theirs),
                "who": one.who,
                "at": one.at,
                "posted": _posted(request.POST, one.field),
                "chosen": request.POST.get(f"choice-{number}", ""),
            }
        )
    context = {
        **record.context(),
        "section": section,
        "choices": choices,
        "version": conflict.details["version"],
        "missing": conflict.details.get("missing", False),
        "has_errors": conflict.details.get("missing", False),
    }
    return render(request, "intake/section_conflict.html", context, status=409)


def _label(record: OpenRecord, one: FieldConflict, label: str) -> str:
    """The question; for a substance row, which row it is."""
    row_id = one.field.rpartition(":")[0]
    for number, row in enumerate(record.facts.rows, start=1):
        if row.id == row_id:
            return f"Substance {number}: {label}"
    return label


def _posted(data: Any, field: str) -> list[tuple[str, str]]:
    """What was posted for a field, to be posted again with the choice."""
    name = field.replace(":", "-")
    return [(key, value) for key in (name, f"{name}__na") for value in data.getlist(key)]


def _resolve(request: HttpRequest, record: OpenRecord, stored: AssessmentSection) -> HttpResponse:
    """Save the answers that were chosen over somebody else's; the others stay as they are."""
    page = SectionPage(record, stored, request.POST)
    fields = request.POST.getlist("field")
    picks = {field: request.POST.get(f"choice-{number}", "") for number, field in enumerate(fields)}
    if not page.is_valid() or not fields:
        return _page(
            request, SectionPage(record, stored), status=409, problem="Choose again: the page was not whole."
        )
    sent = page.answers()
    if set(picks.values()) - {MINE, THEIRS}:
        return _choose(request, record, stored, _again(stored, picks, sent, page.version()))
    mine = {field: sent[field] for field, pick in picks.items() if pick == MINE and field in sent}
    try:
        save_section(
            by=request.user,
            assessment=record.assessment,
            key=stored.key,
            base_version=page.version(),
            answers=mine,
        )
    except Conflict as conflict:
        if not conflict.details.get("conflicts"):
            return _page(request, SectionPage(record, stored), status=409, problem=conflict.message)
        return _choose(request, record, stored, conflict)
    messages.success(request, "Saved. Both answers stay in the history.")
    return redirect("intake:assessment-section", episode_id=record.episode.pk, section=stored.key)


def _again(stored: AssessmentSection, picks: Mapping, sent: Mapping, version: int) -> Conflict:
    """The same choice once more, because one was left open."""
    theirs = dict(stored.answers)
    for row in stored.assessment.substance_rows.all():
        theirs.update({row_field(row.id, name): answer for name, answer in row.details.items()})
    who = stored.updated_by.display_name if stored.updated_by else ""
    open_ones = tuple(
        FieldConflict(field, sent.get(field), theirs.get(field), who, stored.updated_at) for field in picks
    )
    return Conflict(
        "Choose one answer for each question.", conflicts=open_ones, version=version, missing=True
    )
