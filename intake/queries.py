"""Scoped reads of intake: what a user may see, before anything else is asked."""

from typing import Any

from django.db.models import QuerySet

from intake.models import Assessment, Episode
from records.queries import people_for


def episodes_for(user: Any) -> QuerySet[Episode]:
    """The episodes whose person's record `user` may open; none for roles that don't work with people."""
    if not user.has_perm("intake.episode_view"):
        return Episode.objects.none()
    return Episode.objects.filter(person__in=people_for(user)).select_related("person__data_key", "owner")


def current_assessment(episode: Episode) -> Assessment | None:
    """The assessment being worked on, else the last one decided."""
    return episode.assessments.order_by("-created_at", "-id").select_related("data_key").first()
