"""The step-down review of a stay: what was seen, what it speaks for, and what a clinician decides."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config.forms import render_form
from programs.actions.step_reviews import sign_review
from programs.choices import Level
from programs.choices_step_down import StepMove
from programs.forms.step_review import StepReviewForm
from programs.models import StepReview
from programs.queries import admissions_for
from programs.queries_step_down import step_reviews_of
from programs.rules.step_down import CONDITIONS, SIGNS, Suggestion, suggest
from programs.views.common import attempt, open_episode

LEVELS, MOVES = dict(Level.choices), dict(StepMove.choices)


def _words(move: str, level: str) -> str:
    return MOVES[move] if move == StepMove.STAY else f"{MOVES[move]}: {LEVELS[level]}"


def _shown(found: Suggestion) -> dict[str, Any]:
    return {
        "code": f"{found.move}:{found.level}",
        "words": _words(found.move, found.level),
        "signs": [SIGNS[one] for one in found.signs],
        "met": [words for one, words in CONDITIONS.items() if one not in found.open],
        "open": [CONDITIONS[one] for one in found.open],
    }


def _past(rows: list[StepReview]) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "decided": _words(one.move, one.said["level"]),
            "suggested": _words(one.said["suggestion"]["move"], one.said["suggestion"]["level"]),
        }
        for one in rows
        if one.done_at
    ]


@staff("programs.step_down")
@require_http_methods(["GET", "POST"])
def step_review(request: HttpRequest, admission_id: UUID) -> HttpResponse:
    """Ask what was seen, show what it speaks for, and sign; the decision comes after the suggestion."""
    stay = get_object_or_404(admissions_for(request.user), pk=admission_id)
    opened = open_episode(request, stay.episode_id, "step-down review")
    rows = list(step_reviews_of(stay))
    waiting = next((one for one in rows if not one.done_at and not stay.discharged_at), None)
    form = StepReviewForm(request.POST or None, care_level=stay.program.level)
    shown = None
    if request.method == "POST" and form.is_valid():
        seen = form.seen(whole_period=waiting is not None and waiting.due_at <= opened.now)
        shown = _shown(suggest(seen))
        said = form.cleaned_data
        back = reverse("programs:step-review", args=[stay.pk])

        def act() -> None:
            sign_review(
                admission=stay, seen=seen, shown=said["shown"], move=said["move"], level=said["level"],
                reason=said["reason"], by=request.user, submit_key=said["submit_key"], url=back,
            )  # fmt: skip

        if request.POST.get("action") == "sign":
            done = attempt(request, opened, form, back, act)
            if done is not None:
                return done
    context = opened.context(
        form=form, stay=stay, waiting=waiting, shown=shown, past=_past(rows),
        back=reverse("programs:stay", args=[stay.pk]),
    )  # fmt: skip
    return render_form(request, "programs/step_review.html", context, form)
