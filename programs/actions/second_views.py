"""A second clinician looks at a decision below what the rules call safe, and agrees or declines."""

from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from outbox.submit import once
from programs.actions.common import demand
from programs.actions.determinations import no_open_emergency, take_effect
from programs.models import Determination

WORDS_MINIMUM = 20


@transaction.atomic
def agree(
    *, determination: Determination, by: Any, submit_key: UUID | None = None, url: str = ""
) -> Determination:
    """Agree, so that the decision is in force. Raises Refused for its own signer, Conflict when over."""
    key = once(submit_key, scope="determination.second", by=by) if submit_key else None
    locked = _lock(determination, by)
    no_open_emergency(locked.episode)
    now = clock.now()
    locked.second_agrees, locked.second_by, locked.second_at = True, by, now
    locked.save(update_fields=["second_agrees", "second_by", "second_at"])
    record("determination.seconded", by=by, obj=locked, person=locked.episode.person_id)
    take_effect(locked, by, now)
    if key:
        key.done(url)
    return locked


@transaction.atomic
def decline(
    *, determination: Determination, words: str, by: Any, submit_key: UUID | None = None, url: str = ""
) -> Determination:
    """Decline, with why: the decision is over without ever having been in force; somebody decides again."""
    key = once(submit_key, scope="determination.second", by=by) if submit_key else None
    locked = _lock(determination, by)
    if len(words.strip()) < WORDS_MINIMUM:
        raise Refused(
            "no_reason", f"Say why in a sentence of at least {WORDS_MINIMUM} characters", field="words"
        )
    now = clock.now()
    locked.second_agrees, locked.second_by, locked.second_at = False, by, now
    locked.second_words, locked.superseded_at = words.strip(), now
    locked.save(update_fields=["second_agrees", "second_by", "second_at", "second_words", "superseded_at"])
    record("determination.second_declined", by=by, obj=locked, person=locked.episode.person_id)
    if key:
        key.done(url)
    return locked


def _lock(determination: Determination, by: Any) -> Determination:
    demand(by, "programs.decide")
    episode = lock_open_episode(determination.episode_id)
    locked = Determination.objects.select_for_update(of=("self",)).get(pk=determination.pk)
    locked.episode = episode
    if not locked.awaits_second or locked.superseded_at is not None or locked.second_at is not None:
        raise Conflict("This decision doesn't wait for a second view any more.")
    if locked.signed_by_id == by.pk:
        raise Refused("own_decision", "Another clinician has to look at your decision.")
    return locked
