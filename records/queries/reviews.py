"""Scoped reads of the privacy review list."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from records.choices import ReviewKind
from records.models import BreakGlass, Review


def reviews_for(user: Any) -> QuerySet[Review]:
    """The review list, for those who work on it; nobody else sees any of it."""
    if not user.has_perm("records.review_work"):
        return Review.objects.none()
    return Review.objects.select_related("data_key", "person", "subject", "closed_by")


def open_reviews(user: Any) -> QuerySet[Review]:
    """What waits for a review, what is due first on top; one's own acts included, to be closed by another."""
    return reviews_for(user).filter(closed_at__isnull=True).order_by("due_at", "id")


def closed_reviews(user: Any) -> QuerySet[Review]:
    """What was reviewed, newest first."""
    return reviews_for(user).filter(closed_at__isnull=False).order_by("-closed_at", "id")


def waiting_reviews(user: Any, now: datetime) -> tuple[int, int, datetime | None]:
    """How many wait for this user, how many of those are overdue, and when the first is due."""
    if not user.has_perm("records.review_work"):
        return 0, 0, None
    found = (
        Review.objects.filter(closed_at__isnull=True)
        .exclude(subject=user)
        .aggregate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)), first=Min("due_at"))
    )
    return found["waiting"], found["overdue"], found["first"]


def emergency_of(review: Review) -> BreakGlass | None:
    """The emergency opening that a review is about, with its reason; None for other kinds."""
    if review.kind != ReviewKind.BREAK_GLASS:
        return None
    return BreakGlass.objects.filter(pk=review.object_id).select_related("data_key").first()
