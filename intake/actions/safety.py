"""The safety check: each asking is a row of its own, and a yes stays a yes."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.callbacks import open_callback
from intake.actions.episodes import lock_episode, lock_open_episode, tell_of_news
from intake.answers import Answers
from intake.choices import CallbackReason, DispositionAction, EpisodeStatus
from intake.models import Episode, SafetyAddition, SafetyCheck
from intake.queries import open_paper
from intake.questions import SAFETY
from outbox.submit import once


@transaction.atomic
def record_safety_check(
    *, by: Any, episode: Episode, answers: Answers, submit_key: UUID | None = None
) -> SafetyCheck:
    """Keep one asking of the safety questions. A question that is not in `answers` was not asked.

    From a paper form it counts as asked at the time on the paper.

    Raises Refused when nothing was asked at all, Conflict when the episode was closed, AlreadyDone when this
    submit was done before.
    """
    key = once(submit_key, scope="safety.check", by=by) if submit_key else None
    locked = lock_open_episode(episode.pk)
    paper = open_paper(locked, by)
    known = {q.name: answers[q.name] for q in SAFETY.questions if answers.get(q.name) is not None}
    if not known:
        raise Refused(
            "nothing_asked",
            "Nothing is asked yet. Each question can also be “doesn't know” or “prefers not to say”",
        )
    check = SafetyCheck.objects.create(
        episode=locked,
        data_key=locked.person.data_key,
        asked_by=by,
        asked_at=paper.observed_at if paper else clock.now(),
        paper=paper,
        answers=known,
        emergency=any(answer.get("value") == "yes" for answer in known.values()),
        unsure=any(answer.get("missing") == "unknown" for answer in known.values()),
        complete=len(known) == len(SAFETY.questions),
    )
    record("safety.checked", by=by, obj=check, person=locked.person_id, complete=check.complete)
    tell_of_news(locked, by, clock.now())
    if key:
        name, ids = ("safety-stop", [locked.pk, check.pk]) if check.emergency else ("assessment", [locked.pk])
        key.done(reverse(f"intake:{name}", args=ids))
    return check


@transaction.atomic
def record_disposition(
    *, by: Any, check: SafetyCheck, actions: list[str], note: str = "", **told: str
) -> SafetyCheck:
    """Write down what was done about an emergency; once.

    `told` are further facts (`told_911_at`, `place`), kept when they were given. A call that was lost puts a
    call back on the list at once. Raises Refused without an action, or when somebody who is no clinician or
    supervisor says that it was no emergency, or gives no reason for that; Conflict when it was written.
    """
    if not actions or set(actions) - set(DispositionAction.values):
        raise Refused("no_disposition", "Choose what was done", field="actions")
    if DispositionAction.NOT_AN_EMERGENCY in actions:
        _may_doubt(by, note, field="note")
    episode = lock_episode(check.episode_id)
    locked = _lock_emergency(check)
    if locked.disposition_at is not None:
        raise Conflict("Somebody wrote down what was done before you. Nothing was changed.")
    given = {name: text for name, text in told.items() if text}
    locked.disposition = {"actions": sorted(actions), "note": note, **given}
    locked.disposition_at, locked.disposition_by = clock.now(), by
    locked.save(update_fields=["disposition", "disposition_at", "disposition_by"])
    record("safety.disposition_recorded", by=by, obj=locked, person=episode.person_id)
    if DispositionAction.CALL_LOST in actions and episode.status == EpisodeStatus.OPEN:
        open_callback(by=by, episode=episode, reason=CallbackReason.EMERGENCY)
    tell_of_news(episode, by, clock.now())
    return locked


@transaction.atomic
def add_to_emergency(
    *, by: Any, check: SafetyCheck, reason: str, not_emergency: bool = False
) -> SafetyAddition:
    """Add a clinician's word to an emergency, as a row of its own. The yes and what was done stay.

    Raises Refused without a reason, for another role, or before somebody wrote what was done.
    """
    _may_doubt(by, reason, field="reason")
    episode = lock_episode(check.episode_id)
    locked = _lock_emergency(check)
    if locked.disposition_at is None:
        raise Refused("no_disposition", "Write down what was done first", field="reason")
    added = SafetyAddition.objects.create(
        safety_check=locked,
        data_key=locked.data_key,
        by=by,
        reason=reason.strip(),
        not_emergency=not_emergency,
    )
    record("safety.addition_recorded", by=by, obj=locked, person=episode.person_id)
    return added


def _may_doubt(by: Any, reason: str, *, field: str) -> None:
    """Only a clinician or supervisor says that it was no emergency, and says why."""
    if not by.has_perm("intake.assessment_review"):
        raise Refused("not_permitted", "Only a clinician or supervisor can say that", field="actions")
    if not reason.strip():
        raise Refused("no_reason", "Write why", field=field)


def _lock_emergency(check: SafetyCheck) -> SafetyCheck:
    locked = SafetyCheck.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if not locked.emergency:
        raise Refused("no_emergency", "This safety check had no yes.", field="actions")
    return locked
