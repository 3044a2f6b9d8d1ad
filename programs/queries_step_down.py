"""Reads of step-down reviews."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from programs.models import Admission, StepReview
from programs.queries import admissions_for

SHOWN_BEFORE = timedelta(hours=24)


def step_reviews_due(user: Any, now: datetime) -> QuerySet[StepReview]:
    """Reviews to sign within a day, soonest due first, of people who are here and in `user`'s reach."""
    if not user.has_perm("programs.step_down"):
        return StepReview.objects.none()
    return (
        StepReview.objects.filter(
            admission__in=admissions_for(user).filter(discharged_at=None), done_at=None,
            due_at__lte=now + SHOWN_BEFORE,
        )
        .select_related("admission__episode__person__data_key", "data_key")
        .order_by("due_at", "id")
    )  # fmt: skip


def step_reviews_of(admission: Admission) -> QuerySet[StepReview]:
    """Return every review of a stay, the newest first."""
    rows = StepReview.objects.filter(admission=admission).select_related("data_key", "done_by")
    return rows.order_by("-due_at", "id")
