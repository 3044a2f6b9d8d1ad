"""What the actions of programs share: permission, locks in one order, the episode's stage."""

from typing import Any

from config.errors import Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from programs.models import MedicalClearance
from records.models import Person
from records.queries.people import opened_by_break_glass_only


def demand(by: Any, permission: str) -> None:
    """Raise Refused when `by` (a user) lacks `permission`."""
    if not by.has_perm(permission):
        raise Refused("not_permitted", "Your role does not do this step.")


def not_by_break_glass(by: Any, person: Person) -> None:
    """Raise Refused when `by` sees this record only because of an emergency: that is for reading alone."""
    if opened_by_break_glass_only(by, person):
        raise Refused("break_glass", "You opened this record in an emergency: for reading only.")


def lock_clearance(clearance: MedicalClearance) -> MedicalClearance:
    """Lock the episode, then the clearance: the order of the gate. Raises Conflict when it is closed."""
    episode = lock_open_episode(clearance.episode_id)
    locked = MedicalClearance.objects.select_for_update(of=("self",)).get(pk=clearance.pk)
    locked.episode = episode
    return locked


def set_stage(episode: Episode, stage: str) -> None:
    """Write where a locked episode stands."""
    if episode.stage != stage:
        episode.stage = stage
        episode.save(update_fields=["stage"])
