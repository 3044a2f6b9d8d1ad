"""What the actions of programs share: permission, locks in one order, the episode's stage."""

from typing import Any

from config.errors import Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from programs.models import MedicalClearance


def demand(by: Any, permission: str) -> None:
    """Raise Refused when `by` (a user) lacks `permission`."""
    if not by.has_perm(permission):
        raise Refused("not_permitted", "Your role does not do this step.")


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
