"""What the bed board reads beside the beds: arrivals and planned leaves. Days and counts tell of nobody."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from programs.models import ArrivalPlan, BedUse, PlannedLeave


def leave_of(admission_id: UUID) -> date | None:
    """Return the day on which a stay is planned to end."""
    return leaves_of([admission_id]).get(admission_id)


def leaves_of(admissions: Collection[UUID]) -> dict[UUID, date]:
    """Return the day on which each stay is planned to end, where one is planned."""
    last = (
        PlannedLeave.objects.filter(admission__in=admissions)
        .order_by("admission_id", "-made_at", "-id")
        .distinct("admission_id")
    )
    return {one.admission_id: one.leaves_on for one in last if one.leaves_on is not None}


def arrivals(after: datetime) -> dict[UUID, datetime]:
    """Return when each person who is not admitted yet is expected, from a moment on."""
    last = (
        ArrivalPlan.objects.filter(episode__status="open")
        .exclude(episode__stage="admitted")
        .order_by("episode_id", "-made_at", "-id")
        .distinct("episode_id")
        .values_list("episode_id", "expected_at")
    )
    return {episode: at for episode, at in last if at >= after}


def history_of(bed_id: UUID, limit: int) -> QuerySet[BedUse]:
    """Return what a bed was used for, the latest first."""
    return (
        BedUse.objects.filter(bed=bed_id, period__isempty=False)
        .select_related("made_by", "released_by", "episode__person__data_key")
        .select_related("passed_over__data_key", "admission__passed_over__data_key")
        .order_by("-period")[:limit]
    )
