"""Saving while somebody types, and who else is here: short answers for the script of the section page."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config.errors import Conflict, Refused
from config.methods import post_only
from config.templatetags.ui import clock as clock_words
from config.templatetags.ui import clock_day
from intake.actions.presence import be_here
from intake.actions.sections import FieldConflict, How, row_field, save_fields
from intake.display import words
from intake.forms.questions import as_posted, is_judged
from intake.queries import changes_since, newly_here
from intake.questions import BY_KEY
from intake.rules.opened import is_open
from intake.views.common import OpenRecord, find_record
from intake.views.section_page import SectionPage, bases_in, section_of, version_in

MOST_FIELDS = 400


@staff("intake.assessment_edit")
@post_only
def save(request: HttpRequest, episode_id: UUID, section: str) -> HttpResponse:
    """Save the fields that changed, and say of each what became of it.

    Posted: `field` for each that changed (flat name) with its controls as on the page, `bases` (JSON: field
    to the version seen), `save_key`, `after` (keys of saves whose answer never came), `me` (who opened the
    page), and `mark` with `completed` when that was ticked. What was typed and is no answer is kept.
    """
    record = _open(request, episode_id, section)
    fields = request.POST.getlist("field")[:MOST_FIELDS]
    page = SectionPage(record, section_of(record, section), request.POST, only=set(fields))
    answers, drafts = page.split()
    if request.POST.get("me") != str(request.user.pk):
        return _refuse("Somebody else signed in here. What you typed is not saved.")
    try:
        saved = save_fields(
            how=How(request.user, save_key=page.save_key(), after=page.after()),
            assessment=record.assessment,
            key=section,
            bases=page.bases(answers),
            answers=answers,
            drafts=drafts,
            completed="completed" in request.POST if "mark" in request.POST else None,
            edited=True,
        )
    except Refused as refused:
        return _refuse(refused.message)
    except Conflict as conflict:
        return _refuse(conflict.message)
    known = [field for field in fields if field in answers or field in drafts]
    if known:
        at = known[-1]
        be_here(by=request.user, assessment=record.assessment, section=section, field=at, edited=at)
    if saved.conflicts:
        record_view(by=request.user, person=record.episode.person_id, what="assessment", obj=record.episode)
    lost = {one.field for one in saved.conflicts}
    return JsonResponse(
        {
            **_here(record),
            "saved": dict.fromkeys((field for field in answers if field not in lost), saved.version),
            "drafts": sorted(drafts),
            "errors": _errors(page),
            "opened": _opened(record, page),
            "conflicts": [_conflict(section, one, saved.version) for one in saved.conflicts],
        }
    )


@staff("intake.assessment_edit")
@require_http_methods(["GET", "POST"])
def here(request: HttpRequest, episode_id: UUID, section: str) -> HttpResponse:
    """Say that the page is open, and hear who else is here and which fields they changed since.

    Posted: `at` (the field with the focus), `version` and `bases` (what the page has seen). A page asks by
    itself, with `X-Refresh`, so that it keeps no session alive. Tells names of fields, and no answer. GET
    gives a page whose session ended a token for the new one, when the same person signed in again.
    """
    record = _open(request, episode_id, section)
    if request.method == "GET" or newly_here(record.assessment, request.user, record.now):
        record_view(by=request.user, person=record.episode.person_id, what="assessment", obj=record.episode)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "me": str(request.user.pk)})
    at = request.POST.get("at", "")[:90]
    be_here(by=request.user, assessment=record.assessment, section=section, field=at)
    stored = section_of(record, section)
    seen = bases_in(request.POST.get("bases", ""))
    floor = version_in(request.POST.get("version", ""))
    changed = changes_since(stored, floor=max(floor, 0), seen=seen, by_others_than=request.user)
    who = sorted({name for name, _ in changed.values()})
    return JsonResponse(
        {
            **_here(record),
            "changed": {field: version for field, (_, version) in changed.items()},
            "rows": record.rows_on_list if section == "substances" else None,
            "who": " and ".join(who),
            "problem": "" if record.editable else "These answers can't be changed now.",
        }
    )


def _open(request: HttpRequest, episode_id: UUID, section: str) -> OpenRecord:
    if section not in BY_KEY:
        raise Http404
    return find_record(request, episode_id)


def _here(record: OpenRecord) -> dict[str, Any]:
    stop = record.emergency
    return {
        "at": clock_words(record.now),
        "presence": record.presence,
        "stop": reverse("intake:safety-stop", args=[record.episode.pk, stop.pk]) if stop else "",
    }


def _refuse(problem: str) -> HttpResponse:
    return JsonResponse({"problem": problem}, status=409)


def _errors(page: SectionPage) -> dict[str, str]:
    """What to do about each control that holds no answer, by the name of the control."""
    return {
        form.add_prefix(name.removesuffix("__na")): " ".join(str(error) for error in errors)
        for form in page.forms
        for name, errors in form.errors.items()
    }


def _opened(record: OpenRecord, page: SectionPage) -> dict[str, bool]:
    """Whether the questions that a sum of answers opens are open now, in the rows that were saved."""
    judged = [question for question in page.questions.row_questions if is_judged(question)]
    ids = [form.prefix for form in page.row_forms]
    rows = record.assessment.substance_rows.filter(pk__in=ids) if ids else ()
    return {row_field(str(row.pk), one.name): is_open(one, row.details) for row in rows for one in judged}


def _conflict(section: str, one: FieldConflict, version: int) -> dict[str, Any]:
    """Both answers in words, and theirs as its controls would post it."""
    row, _, name = one.field.rpartition(":")
    question = BY_KEY[section].question(name)
    return {
        "field": one.field,
        "label": question.label,
        "mine": words(question, one.mine),
        "theirs": words(question, one.theirs),
        "posted": as_posted(question, one.theirs, prefix=f"{row}-" if row else ""),
        "who": one.who,
        "when": clock_day(one.at) if one.at else "",
        "version": version,
    }
