"""Versions of the answers: the list, one as it is, what differs between two, and the history of one field."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from intake.display import words
from intake.models import Assessment
from intake.questions import REPEATABLE, SECTIONS
from intake.rules.compare import State
from intake.versions import Versions, label_of, say
from intake.views.common import CHIP
from programs.display import determination_words, suggestion_words
from programs.queries import determinations_of, recommendation_on
from programs.views.asking import moment_of
from programs.views.common import Opened, open_episode

SENT = "sent"


@staff("programs.review_read")
@require_safe
def version_list(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Every version of an episode's answers, with what was decided on it."""
    opened = open_episode(request, episode_id, "versions")
    versions = Versions(opened.episode)
    decisions = _decisions(opened)
    rows = [
        {
            "version": one,
            "family": CHIP[one.status],  # type: ignore[index]
            "decisions": decisions.get(one.pk, []),
            "before": versions.corrected_by(one),
        }
        for one in reversed(versions.all)
    ]
    newest = next((one for one in reversed(versions.all) if one.status != "dropped"), None)
    context = opened.context(
        rows=rows,
        may_correct=newest is not None
        and newest.status == "decided"
        and opened.episode.status == "open"
        and request.user.has_perm("intake.assessment_edit"),
    )
    return render(request, "programs/version_list.html", context)


def _decisions(opened: Opened) -> dict[UUID, list[dict[str, Any]]]:
    """What was decided on each version, the newest first; one query."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for one in determinations_of(opened.episode):
        found.setdefault(one.assessment_id, []).append({"signed": one, "words": determination_words(one)})
    return found


def _version(versions: Versions, number: int) -> Assessment:
    found = versions.get(number)
    if found is None:
        raise Http404
    return found


@staff("programs.review_read")
@require_safe
def version(request: HttpRequest, episode_id: UUID, number: int) -> HttpResponse:
    """One version with every answer, what the rules suggested on it and what was decided; prints well."""
    opened = open_episode(request, episode_id, "version")
    versions = Versions(opened.episode)
    shown = _version(versions, number)
    made = recommendation_on(shown)
    context = opened.context(
        version=shown,
        family=CHIP[shown.status],  # type: ignore[index]
        areas=_areas(versions.state(shown), opened, shown),
        decisions=_decisions(opened).get(shown.pk, []),
        made=made,
        suggestion=suggestion_words(made) if made else "",
        questions=shown.review_questions.select_related("data_key", "asked_by", "answered_by").order_by(
            "asked_at", "id"
        ),
        printed_by=request.user.display_name,
    )
    return render(request, "programs/version.html", context)


def _areas(state: State, opened: Opened, shown: Assessment) -> list[dict[str, Any]]:
    """Every section with its questions and answers; the rows of substances first in theirs."""
    areas = []
    for section in SECTIONS:
        answers = state.sections.get(section.key, {})
        groups = []
        if section.key == REPEATABLE:
            for row in sorted(state.rows.values(), key=lambda row: row.place):
                title = f"Substance {row.place}" + (" (taken off the list)" if row.removed else "")
                lines = _lines(section.row_questions, row.answers, section.key, f"{row.id}:")
                groups.append((title, lines))
        lines = _lines(section.questions, answers, section.key)
        gone = [name for name in answers if name not in {question.name for question in section.questions}]
        lines += [(label_of(section.key, name), say(None, answers[name]), name, True) for name in gone]
        groups.append(("", lines))
        areas.append({"key": section.key, "title": section.title, "groups": groups})
    return areas


def _lines(questions: Any, answers: Any, key: str, prefix: str = "") -> list[tuple[str, str, str, bool]]:
    """(label, answer, flat name, whether there is a history) of each question."""
    return [
        (one.label, words(one, answers.get(one.name)), f"{prefix}{one.name}", one.name in answers)
        for one in questions
    ]


@staff("programs.review_read")
@require_safe
def compare(request: HttpRequest, episode_id: UUID, number: int) -> HttpResponse:
    """What differs in a version from an earlier one (`with=1`), or from how it was
    when it was sent (`with=sent`) or when a page was shown (`since=`, in seconds).
    """
    opened = open_episode(request, episode_id, "version")
    versions = Versions(opened.episode)
    newer = _version(versions, number)
    shown = moment_of(request.GET.get("since", ""))
    against = "since" if shown else request.GET.get("with") or str(versions.corrected_by(newer) or SENT)
    if against in (SENT, "since"):
        since = shown or newer.submitted_at
        changes = versions.since(newer, since) if since else []
        base = "when you opened it" if shown else "when it was sent" if since else ""
    else:
        older = versions.get(int(against)) if against.isascii() and against.isdigit() else None
        if older is None or older.number >= newer.number:
            raise Http404
        since, base = None, f"version {older.number}"
        changes = versions.between(older, newer)
    context = opened.context(
        version=newer,
        since=since,
        base=base,
        against=against,
        changes=changes,
        others=[one for one in versions.all if one.number < newer.number],
    )
    return render(request, "programs/version_compare.html", context)


@staff("programs.review_read")
@require_safe
def field_history(
    request: HttpRequest, episode_id: UUID, number: int, section: str, field: str
) -> HttpResponse:
    """Everything that was ever answered to one question, with where it comes from and what was not kept."""
    opened = open_episode(request, episode_id, "version")
    versions = Versions(opened.episode)
    shown = _version(versions, number)
    entries = versions.history(shown, section, field)
    if not entries:
        raise Http404
    context = opened.context(
        version=shown,
        label=label_of(section, field),
        entries=entries,
        back=reverse("programs:version", args=[episode_id, number]),
    )
    return render(request, "programs/field_history.html", context)
