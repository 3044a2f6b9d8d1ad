"""One section of the assessment: answering, rows of substances, and choosing between two answers."""

import json
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
from intake.actions.presence import be_here
from intake.actions.sections import FieldConflict, How, row_field, save_fields
from intake.actions.substance_rows import add_substance, remove_substance, restore_substance
from intake.display import words
from intake.models import AssessmentSection
from intake.prefills import offers_for_section
from intake.questions import BY_KEY, SECTIONS
from intake.views import prefills
from intake.views.common import OpenRecord, open_record, safety_first, stop_first
from intake.views.screens import interrupt
from intake.views.section_page import SectionPage, section_of

MINE, THEIRS = "mine", "theirs"


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, episode_id: UUID, section: str) -> HttpResponse:
    """Show one section, or save what was sent and go on."""
    if section not in BY_KEY:
        raise Http404
    record = open_record(request, episode_id, "assessment")
    record.section = section
    stored = section_of(record, section)
    if request.method == "POST":
        if "resolve" in request.POST:
            return _resolve(request, record, stored)
        return _save(request, SectionPage(record, stored, request.POST))
    if first := stop_first(record) or safety_first(request, record, section) or interrupt(record, section):
        return first
    return _page(request, SectionPage(record, stored))


def _page(
    request: HttpRequest, page: SectionPage, *, status: int = 200, problem: str = "", bases: str = "{}"
) -> HttpResponse:
    errors = page.errors()
    context = {
        **page.record.workspace(),
        "page": page,
        "section": page.questions,
        "stored": page.stored,
        "version": max(page.version(), 0),
        "bases": bases,
        "errors": [("", problem), *errors] if problem else errors,
        "has_errors": bool(errors or problem),
        "offers": offers_for_section(page.record.assessment, page.stored.key) if page.record.editable else [],
        "next_section": next_key(page.stored.key),
        "completed": page.stored.completed if page.data is None else "completed" in page.data,
        "removed": page.removed(request.GET.get("removed", "")),
        "autosave": reverse("intake:autosave", args=[page.record.episode.pk, page.stored.key]),
        "heartbeat": reverse("intake:here", args=[page.record.episode.pk, page.stored.key]),
    }
    return render(request, "intake/assessment_section.html", context, status=status)


def _save(request: HttpRequest, page: SectionPage) -> HttpResponse:
    """Save what is right and keep what is not; go on when all of it is right."""
    if page.version() < 0:
        return _page(
            request, page, status=409, problem="This page is too old to save. Open the section again."
        )
    answers, drafts = page.split()
    try:
        saved = save_fields(
            how=How(request.user, save_key=page.save_key()),
            assessment=page.record.assessment,
            key=page.stored.key,
            bases=page.bases(answers),
            answers=answers,
            drafts=drafts,
            completed="completed" in request.POST,
        )
        if saved.conflicts:
            return _choose(request, page.record, page.stored, saved.conflicts, saved.version)
        be_here(
            by=request.user, assessment=page.record.assessment, section=page.stored.key, edited=saved.last
        )
        if stop := stop_first(page.record):
            return stop
        if drafts and not page.pressed.startswith(("add", "remove:", "restore:")):
            seen = {**page.bases(answers), **dict.fromkeys(answers.keys() - saved.behind, saved.version)}
            return _page(request, page, status=422, bases=json.dumps(seen))
        return _after(request, page)
    except Refused as refused:
        return _page(request, page, status=422, problem=refused.message)
    except Conflict as conflict:
        return _page(request, page, status=409, problem=conflict.message)


def _after(request: HttpRequest, page: SectionPage) -> HttpResponse:
    """Do what the pressed button says, after everything was saved."""
    episode_id, key = page.record.episode.pk, page.stored.key
    here = reverse("intake:assessment-section", args=[episode_id, key])
    if page.pressed == "add":
        row = add_substance(
            by=request.user,
            assessment=page.record.assessment,
            submit_key=page.form.cleaned_data["submit_key"],
        )
        return redirect(f"{here}#row-{row.pk}")
    if page.removing:
        remove_substance(by=request.user, assessment=page.record.assessment, row_id=_uuid(page.removing))
        return redirect(f"{here}?removed={page.removing}#rows")
    if page.pressed.startswith("restore:"):
        row_id = _uuid(page.pressed.removeprefix("restore:"))
        restore_substance(by=request.user, assessment=page.record.assessment, row_id=row_id)
        return redirect(f"{here}#row-{row_id}")
    if prefills.is_pressed(page.pressed):
        return prefills.press(request, page.record, key, page.pressed)
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
    request: HttpRequest,
    record: OpenRecord,
    stored: AssessmentSection,
    conflicts: tuple[FieldConflict, ...],
    version: int,
    missing: bool = False,
) -> HttpResponse:
    """Show both answers of every field in conflict. What only one side changed is saved already."""
    section = BY_KEY[stored.key]
    choices = []
    for number, one in enumerate(conflicts):
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
        "version": version,
        "missing": missing,
        "has_errors": missing,
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
    sent, _ = page.split()
    if set(picks.values()) - {MINE, THEIRS}:
        return _choose(request, record, stored, _again(stored, picks, sent), page.version(), missing=True)
    mine = {field: sent[field] for field, pick in picks.items() if pick == MINE and field in sent}
    try:
        saved = save_fields(
            how=How(request.user),
            assessment=record.assessment,
            key=stored.key,
            bases=page.version(),
            answers=mine,
            edited=True,
        )
    except Conflict as conflict:
        return _page(request, SectionPage(record, stored), status=409, problem=conflict.message)
    if saved.conflicts:
        return _choose(request, record, stored, saved.conflicts, saved.version)
    messages.success(request, "Saved. Both answers stay in the history.")
    return redirect("intake:assessment-section", episode_id=record.episode.pk, section=stored.key)


def _again(stored: AssessmentSection, picks: Mapping, sent: Mapping) -> tuple[FieldConflict, ...]:
    """The same choice once more, because one was left open."""
    theirs = dict(stored.answers)
    for row in stored.assessment.substance_rows.all():
        theirs.update({row_field(row.id, name): answer for name, answer in row.details.items()})
    who = stored.updated_by.display_name if stored.updated_by else ""
    return tuple(
        FieldConflict(field, sent.get(field), theirs.get(field), who, stored.updated_at) for field in picks
    )
