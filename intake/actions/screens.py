"""Confirming a screen that interrupted the assessment."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from audit.actions import record
from intake.actions.episodes import lock_open_episode
from intake.models import Episode, ScreenConfirmed


@transaction.atomic
def confirm_screen(*, by: Any, episode: Episode, screen: str, answers: Mapping[str, Any]) -> ScreenConfirmed:
    """Keep that `by` read the screen and said its words; it comes back only when `answers` change."""
    locked = lock_open_episode(episode.pk)
    made = ScreenConfirmed.objects.create(
        episode=locked, data_key=locked.person.data_key, screen=screen, by=by, answers=dict(answers)
    )
    record("safety.screen_confirmed", by=by, obj=made, person=locked.person_id, screen=screen)
    return made
