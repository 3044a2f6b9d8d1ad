"""What the trail makes a supervisor look at: damage, and many records read in a short time."""

from datetime import datetime, timedelta
from typing import Any

from audit.actors import Actor
from desk.trail import many_records
from records.actions.reviews import open_review
from records.choices import ReviewKind
from records.models import Review


def review_damage(*, alarms: list[Any]) -> None:
    """Put new damage to the trail on the review list: one entry, about the first of it."""
    open_review(kind=ReviewKind.TRAIL_ALERT, by=Actor.system(), obj=alarms[0])


def review_many_records(now: datetime) -> None:
    """Put whoever read many records within an hour on the review list, once an hour."""
    busy = many_records(now)
    if not busy:
        return
    known = set(
        Review.objects.filter(
            kind=ReviewKind.READING_RATE, subject_id__in=busy, opened_at__gte=now - timedelta(hours=1)
        ).values_list("subject_id", flat=True)
    )
    for actor_id in sorted(busy.keys() - known):
        open_review(kind=ReviewKind.READING_RATE, by=Actor.system(), subject_id=actor_id)
