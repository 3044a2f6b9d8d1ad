"""A call that ended too early: the promise to call back, and every try to keep it."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.choices import CallbackReason, CallbackResult
from intake.models import Callback, CallbackTry, Episode

# How soon somebody is called back: after a dropped call, and after one that ended during an emergency.
DUE = {CallbackReason.DROPPED: timedelta(minutes=10), CallbackReason.EMERGENCY: timedelta(0)}


@transaction.atomic
def open_callback(*, by: Any, episode: Episode, reason: str, **where: Any) -> Callback:
    """Promise to call back; one that waits already stays as it is, with its time."""
    locked = lock_open_episode(episode.pk)
    waiting = locked.callbacks.filter(reason=reason, done_at__isnull=True).first()
    if waiting is not None:
        return waiting
    now = clock.now()
    made = Callback.objects.create(
        episode=locked, reason=reason, opened_by=by, due_at=now + DUE[CallbackReason(reason)], **where
    )
    record("callback.opened", by=by, obj=made, person=locked.person_id, reason=reason)
    return made


@transaction.atomic
def log_try(*, by: Any, callback: Callback, result: str) -> Callback:
    """Log one try. Only a call that reached them ends the promise; its time stays until then.

    Raises Refused without a result, Conflict when somebody reached them already.
    """
    if result not in CallbackResult.values:
        raise Refused("no_result", "Select how the call went", field="result")
    episode = lock_open_episode(callback.episode_id)
    locked = Callback.objects.select_for_update(of=("self",)).get(pk=callback.pk)
    if locked.done_at is not None:
        raise Conflict("Somebody reached them already. Nothing was changed.")
    CallbackTry.objects.create(callback=locked, by=by, result=result)
    if result == CallbackResult.REACHED:
        locked.done_at, locked.done_by = clock.now(), by
        locked.save(update_fields=["done_at", "done_by"])
    record("callback.tried", by=by, obj=locked, person=episode.person_id, result=result)
    return locked


def close_dropped(*, by: Any, episode: Episode) -> None:
    """Whoever goes on with the assessment has the caller: the promise after a dropped call is kept."""
    waiting = episode.callbacks.select_for_update(of=("self",)).filter(
        reason=CallbackReason.DROPPED, done_at__isnull=True
    )
    for one in waiting:
        log_try(by=by, callback=one, result=CallbackResult.REACHED)
