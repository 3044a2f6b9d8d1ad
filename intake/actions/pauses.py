"""A pause: written when the person stops for now, kept in touch with as they wish, ended when they resume."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from intake.choices import EpisodeStatus
from intake.choices_pause import AGAIN, Naloxone, PauseResult
from intake.models import Episode, Pause, PauseCall
from outbox.submit import once

LATEST = timedelta(days=365)


@dataclass(frozen=True)
class Said:
    """What the person said and was told when they stopped for now."""

    words: str
    naloxone: str
    told_tolerance: bool = False
    safe_contact: str = ""
    follow_up_on: date | None = None


def write(*, episode: Episode, said: Said, by: Any, now: datetime) -> Pause:
    """Keep what was said at the pause of a locked episode.

    Raises Refused, naming the form's field, without words, without an answer about naloxone, without a safe
    contact for a call, or for a day that is over or a year ahead.
    """
    if not said.words.strip():
        raise Refused("no_words", "Write what the person said, or that nothing was said", field="words")
    if said.naloxone not in Naloxone.values:
        raise Refused("no_naloxone", "Select what came of offering naloxone", field="naloxone")
    if said.follow_up_on is not None:
        demand_day(said.follow_up_on, now)
        if not said.safe_contact.strip():
            raise Refused("no_contact", "Write how to reach them safely", field="safe_contact")
    pause = Pause.objects.create(
        episode=episode,
        data_key=episode.person.data_key,
        said={
            "words": said.words.strip(),
            "safe_contact": said.safe_contact.strip(),
            "naloxone": said.naloxone,
            "told_tolerance": said.told_tolerance,
        },
        follow_up_on=said.follow_up_on,
        made_by=by,
    )
    record("episode.paused", by=by, obj=pause, person=episode.person_id, episode=episode.pk)
    return pause


def demand_day(day: date, now: datetime) -> None:
    """Raise Refused unless somebody can be called on this day."""
    today = center_day(now)
    if not today <= day <= today + LATEST:
        raise Refused("follow_up_day", "Choose a day from today on, within a year", field="follow_up_on")


def end(*, episode: Episode, now: datetime) -> None:
    """End the pause of a locked episode that goes on: no call is due any more."""
    Pause.objects.filter(episode=episode, ended_at__isnull=True).update(ended_at=now, follow_up_on=None)


@transaction.atomic
def call(
    *, by: Any, pause: Pause, result: str, words: str = "", next_day: date | None = None, submit_key: UUID
) -> Pause:
    """Note how a call after a pause went; the next day to call follows from it.

    Raises Refused for an unknown result or without the next day where there is one, Conflict when the pause
    is over or no call is due, AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="pause.call", by=by)
    if not by.has_perm("intake.episode_start"):
        raise Refused("not_permitted", "Your role does not do this step.")
    if result not in PauseResult.values:
        raise Refused("no_result", "Select how the call went", field="result")
    episode, now = lock_episode(pause.episode_id), clock.now()
    locked = Pause.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=pause.pk)
    if episode.status == EpisodeStatus.OPEN or locked.ended_at or locked.follow_up_on is None:
        raise Conflict("No call is due any more. Nothing was changed.")
    if result in AGAIN:
        if next_day is None:
            raise Refused("no_day", "Choose the day of the next call", field="follow_up_on")
        demand_day(next_day, now)
    PauseCall.objects.create(
        pause=locked, data_key=locked.data_key, result=result, words=words.strip() or None, by=by
    )
    locked.follow_up_on = next_day if result in AGAIN else None
    locked.save(update_fields=["follow_up_on"])
    record("pause.called", by=by, obj=locked, person=episode.person_id, result=result)
    page = "intake:episode-again" if result == PauseResult.GOES_ON else "desk:person"
    key.done(reverse(page, args=[episode.person_id]))
    return locked
