"""The safety check: each asking is a row of its own, and a yes stays a yes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.episodes import lock_episode, lock_open_episode
from intake.answers import Answers
from intake.choices import DispositionAction
from intake.models import Episode, SafetyCheck
from intake.queries import current_assessment
from intake.questions import SAFETY
from outbox.submit import once


@transaction.atomic
def record_safety_check(
    *, by: Any, episode: Episode, answers: Answers, submit_key: UUID | None = None
) -> SafetyCheck:
    """Keep one asking of the safety questions. A question that is not in `answers` was not asked.

    Raises Conflict when the episode was closed, AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="safety.check", by=by) if submit_key else None
    locked = lock_open_episode(episode.pk)
    known = {q.name: answers[q.name] for q in SAFETY.questions if answers.get(q.name) is not None}
    check = SafetyCheck.objects.create(
        episode=locked,
        data_key=locked.person.data_key,
        asked_by=by,
        answers=known,
        emergency=any(answer.get("value") == "yes" for answer in known.values()),
        unsure=any(answer.get("missing") == "unknown" for answer in known.values()),
        complete=len(known) == len(SAFETY.questions),
    )
    record("safety.checked", by=by, obj=check, person=locked.person_id, complete=check.complete)
    _tell(locked, by)
    if key:
        name, ids = ("safety-stop", [locked.pk, check.pk]) if check.emergency else ("assessment", [locked.pk])
        key.done(reverse(f"intake:{name}", args=ids))
    return check


@transaction.atomic
def record_disposition(*, by: Any, check: SafetyCheck, actions: list[str], note: str = "") -> SafetyCheck:
    """Write down what was done about an emergency; once. Raises Refused without an action, Conflict twice."""
    if not actions or set(actions) - set(DispositionAction.values):
        raise Refused("no_disposition", "Choose what was done", field="actions")
    episode = lock_episode(check.episode_id)
    locked = SafetyCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if not locked.emergency:
        raise Refused("no_emergency", "This safety check had no yes.")
    if locked.disposition_at is not None:
        raise Conflict("Somebody wrote down what was done before you. Nothing was changed.")
    locked.disposition = {"actions": sorted(actions), "note": note}
    locked.disposition_at, locked.disposition_by = clock.now(), by
    locked.save(update_fields=["disposition", "disposition_at", "disposition_by"])
    record("safety.disposition_recorded", by=by, obj=locked, person=episode.person_id)
    _tell(episode, by)
    return locked


def _tell(episode: Episode, by: Any) -> None:
    """Safety answers are part of the picture, also after a decision: they can end a clearance."""
    assessment = current_assessment(episode)
    if assessment is not None:
        hooks.call(hooks.after_answers_changed, assessment=assessment, by=by, now=clock.now())
