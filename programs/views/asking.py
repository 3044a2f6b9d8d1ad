"""A clinician asks admissions for answers, and what changed while a review is open."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.forms import render_form
from intake.models import Assessment
from intake.queries_review import WHOLE, places_of
from intake.questions import REPEATABLE, SAFETY, SECTIONS
from intake.versions import changed_fields
from programs.actions.claims import whose_review
from programs.actions.determinations import ask as ask_action
from programs.forms.review import SEPARATOR, AskForm
from programs.queries import claim_of
from programs.views.common import Opened, assessment_of, attempt, open_episode

_SECONDS = re.compile(r"[0-9]{1,11}(\.[0-9]{1,6})?", re.ASCII)


@staff("programs.decide")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask one or several questions, each about an answer, a section or the whole (`?about=`)."""
    opened = open_episode(request, episode_id, "review")
    assessment = assessment_of(opened)
    given: dict[str, Any] = {"choices": _choices(assessment), "about": request.GET.get("about", "")}
    if request.method == "GET":
        return _page(request, opened, AskForm(count=1, **given))
    count = _count(request)
    if request.POST.get("do") == "add":
        typed = {name: value for name, value in request.POST.items() if "-" in name}
        return _page(request, opened, AskForm(initial=typed, count=count + 1, **given))
    form = AskForm(request.POST, count=count, **given)
    if form.is_valid():
        back = reverse("programs:review-list")
        answer = attempt(
            request,
            opened,
            form,
            back,
            lambda: ask_action(
                assessment=assessment,
                questions=form.questions(),
                by=request.user,
                submit_key=form.cleaned_data["submit_key"],
                url=back,
            ),
        )
        if answer is not None:
            if answer.status_code == 302:
                messages.success(
                    request, "Sent back with your questions. It comes here again when all are answered."
                )
            return answer
    return _page(request, opened, form)


def _count(request: HttpRequest) -> int:
    text = request.POST.get("count", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1


def _page(request: HttpRequest, opened: Opened, form: AskForm) -> HttpResponse:
    context = opened.context(count=form.count, back=reverse("programs:review", args=[opened.episode.pk]))
    return render_form(request, "programs/ask.html", context, form)


def _choices(assessment: Assessment) -> list:
    """Everything that a question can be about, in the order of the pages."""
    places = places_of(assessment)
    choices: list = [("", WHOLE)]
    for section in (SAFETY, *SECTIONS):
        own = [(f"{section.key}{SEPARATOR}", f"{section.title}: as a whole")]
        if section.key == REPEATABLE:
            own += [
                (f"{section.key}{SEPARATOR}{row_id}:{one.name}", f"Substance {place}: {one.label}")
                for row_id, place in places.items()
                for one in section.row_questions
            ]
        own += [(f"{section.key}{SEPARATOR}{one.name}", one.label) for one in section.questions]
        choices.append((section.title, own))
    return choices


@staff("programs.review_read")
@require_safe
def news(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Tell an open review page what changed since it was shown (`?since=`): counts and times alone."""
    opened = open_episode(request, episode_id, "review")
    assessment = assessment_of(opened)
    since = moment_of(request.GET.get("since", ""))
    count, last = changed_fields(assessment, since) if since else (0, None)
    held = claim_of(assessment)
    taken = held is not None and held.until > opened.now and held.taken_from_id == request.user.pk
    lost = whose_review(held, request.user) if held and taken else ""
    context = {
        "episode": opened.episode,
        "assessment": assessment,
        "count": count,
        "last": last,
        "lost": lost,
        "since": request.GET.get("since", ""),
        "gone": assessment.status in ("needs_answers", "in_progress"),
    }
    return render(request, "programs/_review_news.html", context)


def moment_of(text: str) -> datetime | None:
    """Return the moment that a page was shown, from seconds with decimals; None for anything else."""
    if not _SECONDS.fullmatch(text):
        return None
    return datetime.fromtimestamp(float(text), UTC)
