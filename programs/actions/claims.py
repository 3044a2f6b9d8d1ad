"""Who is reviewing: one clinician at a time, for a while, and taking over where everybody sees it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.actions import record
from config import clock as app_clock
from config.errors import Conflict
from config.templatetags.ui import clock
from intake.actions.assessments import begin_review
from intake.actions.status import lock_assessment
from intake.choices import AssessmentStatus
from intake.models import Assessment
from programs.actions.common import demand
from programs.choices import REVIEWABLE
from programs.models import ReviewClaim


@transaction.atomic
def claim(*, assessment: Assessment, by: Any) -> ReviewClaim:
    """Begin or go on reviewing. Raises Conflict when another clinician does, or when it isn't in review."""
    locked = _lock(assessment, by)
    return hold_review(locked, by, app_clock.now())


@transaction.atomic
def take_over(*, assessment: Assessment, by: Any) -> ReviewClaim:
    """Take a review over from whoever has it now. Needs no reason; the trail says who and from whom."""
    locked = _lock(assessment, by)
    now = app_clock.now()
    held = ReviewClaim.objects.filter(assessment=locked).select_related("held_by").first()
    if held is not None and held.held_by_id != by.pk and held.until > now:
        record(
            "review.taken_over",
            by=by,
            obj=locked,
            person=locked.episode.person_id,
            taken_from=held.held_by_id,
        )
        return _write(held, by, now, taken_from=held.held_by)
    return hold_review(locked, by, now)


def _lock(assessment: Assessment, by: Any) -> Assessment:
    demand(by, "programs.decide")
    episode, locked = lock_assessment(assessment.pk)
    if locked.status not in REVIEWABLE:
        raise Conflict("This assessment is not in review any more.")
    if locked.status == AssessmentStatus.READY_FOR_REVIEW:
        locked = begin_review(by=by, assessment=locked)
        locked.episode = episode
    return locked


def hold_review(locked: Assessment, by: Any, now: datetime) -> ReviewClaim:
    """Keep a locked assessment's review for `by` and renew the lease. Raises Conflict when another has it."""
    held = ReviewClaim.objects.filter(assessment=locked).select_related("held_by").first()
    if held is None:
        held = ReviewClaim(assessment=locked)
    elif held.until > now:
        if held.held_by_id != by.pk:
            raise Conflict(whose_review(held, by))
        held.until = _until(now)
        held.save(update_fields=["until"])
        return held
    record("review.claimed", by=by, obj=locked, person=locked.episode.person_id)
    return _write(held, by, now, taken_from=None)


def whose_review(held: ReviewClaim, user: Any) -> str:
    """Return the sentence for a user whose step is refused because another clinician has the review."""
    who, since = held.held_by.display_name, clock(held.since)
    if held.taken_from_id == user.pk:
        return f"{who} took this over at {since}. Nothing of yours was signed."
    return f"{who} is reviewing this since {since}. To decide yourself, take it over first."


def let_go(assessment: Assessment, now: datetime) -> None:
    """End the claim on a locked assessment: what it was for is done."""
    for held in ReviewClaim.objects.filter(assessment=assessment, until__gt=now):
        held.until = max(now, held.since)
        held.save(update_fields=["until"])


def _until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.REVIEW_LEASE_MINUTES)


def _write(held: ReviewClaim, by: Any, now: datetime, *, taken_from: Any) -> ReviewClaim:
    held.held_by, held.since, held.until, held.taken_from = by, now, _until(now), taken_from
    held.save()
    return held
