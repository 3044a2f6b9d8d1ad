"""Reads of pauses."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from intake.models import Episode, Pause
from intake.queries import episodes_for


def pauses_for(user: Any) -> QuerySet[Pause]:
    """Pauses of people whose record `user` may open."""
    return Pause.objects.filter(episode__in=episodes_for(user)).select_related(
        "data_key", "episode__person__data_key", "made_by"
    )


def pause_calls_due(user: Any, today: date) -> QuerySet[Pause]:
    """Pauses of people who wanted a call by `today` and have not started anew, the longest due first."""
    again = Episode.objects.filter(person__whole=OuterRef("episode__person__whole"), status="open")
    return (
        pauses_for(user)
        .filter(ended_at__isnull=True, follow_up_on__lte=today, episode__status="closed")
        .filter(~Exists(again))
        .order_by("follow_up_on", "id")
    )
