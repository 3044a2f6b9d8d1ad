"""Reads about moves of a stay: its history, what was decided, and whether it had nights."""

from django.db.models import Q, QuerySet

from intake.models import Episode
from programs.choices import BED_LEVELS
from programs.models import Admission, Determination, StayMove


def moves_of(admission: Admission) -> QuerySet[StayMove]:
    """Return every move of a stay, the newest first."""
    return (
        StayMove.objects.filter(admission=admission)
        .select_related(
            "data_key", "from_program", "from_bed", "to_program", "to_bed", "moved_by", "program_revision"
        )
        .select_related("passed_over__data_key")
        .order_by("-moved_at", "id")
    )


def decided_for(episode: Episode, level: str) -> Determination | None:
    """Return the decision in force for a level of care, seconded where that is needed."""
    in_force = Q(needs_second=False) | Q(second_agrees=True)
    return Determination.objects.filter(
        in_force, episode=episode, level=level, superseded_at__isnull=True
    ).first()


def had_nights(admission: Admission) -> bool:
    """Tell whether the person stayed overnight in any part of the stay: calls follow it for a year."""
    if admission.program.level in BED_LEVELS:
        return True
    return StayMove.objects.filter(admission=admission, from_program__level__in=BED_LEVELS).exists()
