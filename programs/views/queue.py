"""The queue of reviews: what waits, how long of what was promised, for whom, and who has it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record_list
from config import clock
from config.templatetags.ui import span_words
from intake.models import Assessment
from programs.display import OUTCOME_FAMILY, clearance_chip, determination_words, suggestion_words
from programs.models import Recommendation, ReviewClaim
from programs.queries import (
    LIST_LIMIT,
    claims_of,
    recommendations_of,
    reviews_for,
    to_decide_again,
    waiting_clearances,
    waiting_second_views,
)

NOT_ON_A_LIST = {"unsafe"}  # violence at home: a list stands open on a desk where others pass


@staff("programs.review_read")
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """What waits for a clinician: assessments, second views, and clearances to accept or verify."""
    now = clock.now()
    again = list(to_decide_again(request.user)[:LIST_LIMIT])
    waiting = [*again, *reviews_for(request.user)[:LIST_LIMIT]]
    papers = list(waiting_clearances(request.user)[:LIST_LIMIT])
    seconds = list(waiting_second_views(request.user)[:LIST_LIMIT])
    record_list(by=request.user, what="reviews", shown=[*waiting, *papers, *seconds])
    suggested = recommendations_of([one.episode for one in waiting])
    claims = claims_of(waiting, now)
    context = {
        "rows": [
            _row(one, suggested.get(one.episode_id), claims.get(one.pk), now, again=one in again)
            for one in waiting
        ],
        "papers": [(paper, *clearance_chip(paper, now)) for paper in papers],
        "seconds": [(one, determination_words(one)) for one in seconds],
        "may_see_overrides": request.user.has_perm("programs.overrides_read"),
        "now": now,
    }
    return render(request, "programs/review_list.html", context)


def _row(
    one: Assessment, made: Recommendation | None, claim: ReviewClaim | None, now: datetime, *, again: bool
) -> dict[str, Any]:
    """One assessment that waits. What can't be opened has no suggestion."""
    opens = made is not None and bool(made.result) and made.assessment_id == one.pk
    missing = made.result["detox"].get("missing", []) if made is not None and opens else []
    return {
        "assessment": one,
        "episode": one.episode,
        "person": one.episode.person,
        "again": again,
        "waited": _waited(one, now),
        "late": one.review_due_at is not None and one.review_due_at < now and not again,
        "suggestion": suggestion_words(made) if made is not None and opens else "",
        "family": OUTCOME_FAMILY[made.detox_outcome] if made is not None and opens else "plain",
        "missing": len(missing),
        "flags": [flag for flag in one.flags_when_sent or [] if flag["code"] not in NOT_ON_A_LIST],
        "claim": claim,
    }


def _waited(one: Assessment, now: datetime) -> str:
    """How long it has waited of what was promised when it was sent, such as "38 min of 2 h"."""
    if one.submitted_at is None:
        return ""
    waited = span_words(now - one.submitted_at)
    if one.review_due_at is None:
        return waited
    return f"{waited} of {span_words(max(one.review_due_at - one.submitted_at, timedelta()))}"
