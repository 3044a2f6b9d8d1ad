"""Reads of levels of care: which one a person has, or had last."""

from intake.models import Episode
from programs.models import Admission
from programs.rules.transitions import START


def level_before(episode: Episode) -> str:
    """Return the level of the newest admission of an episode that was not taken back; `START` without one."""
    newest = (
        Admission.objects.filter(episode=episode, undo__isnull=True)
        .order_by("-admitted_at", "-recorded_at")
        .values_list("program__level", flat=True)
    )
    return newest.first() or START
