"""Follow-ups that a result asks for: opened at once, taken by a clinician, closed with a note."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.choices import Role
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_episode
from intake.models import Episode, SafetyFollowUp
from intake.picture import center_zone
from intake.readings import readings_of, records_of
from intake.rules.follow_up import due, reasons, still_to_ask
from intake.rules.readings import Reading
from records.actions.care_team import join
from records.choices import TeamReason

SHORTEST_NOTE = 20


def open_for(*, by: Any, episode: Episode, reading: Reading, now: datetime) -> SafetyFollowUp | None:
    """Open a follow-up for a reading of a locked episode, or add its reasons to the one that is open.

    Whoever recorded the result owns it until a clinician takes it; the clinicians join the care team as a
    role, so that one of them can.
    """
    codes = reasons(reading)
    if not codes:
        return None
    found = [{"code": code, "record": reading.id} for code in codes]
    by_when = due(codes, now, center_zone())
    one = episode.safety_follow_ups.select_for_update(of=("self",)).filter(closed_at__isnull=True).first()
    if one is None:
        one = SafetyFollowUp.objects.create(
            episode=episode,
            data_key=episode.person.data_key,
            details={"reasons": found},
            opened_by=by,
            owner=by,
            due_at=by_when,
        )
        record("follow_up.opened", by=by, obj=one, person=episode.person_id)
        join(person=episode.person, by=by, role=Role.CLINICIAN, reason=TeamReason.REVIEW)
        return one
    one.details = {"reasons": one.details["reasons"] + found}
    one.due_at = min(one.due_at, by_when)
    one.save(update_fields=["details", "due_at"])
    record("follow_up.added", by=by, obj=one, person=episode.person_id)
    return one


@transaction.atomic
def take(*, by: Any, follow_up: SafetyFollowUp) -> SafetyFollowUp:
    """Become the owner of an open follow-up. Raises Conflict when it was closed."""
    _demand(by)
    _, locked = _lock(follow_up.pk)
    locked.owner = by
    locked.save(update_fields=["owner"])
    record("follow_up.taken", by=by, obj=locked, person=locked.episode.person_id)
    return locked


@transaction.atomic
def close(*, by: Any, follow_up: SafetyFollowUp, note: str) -> SafetyFollowUp:
    """End a follow-up with what was done. Raises Refused without a note, or while a question is open."""
    _demand(by)
    episode, locked = _lock(follow_up.pk)
    open_questions = still_to_ask(readings_of(records_of(episode)))
    if open_questions:
        raise Refused(
            "still_to_ask",
            "Something is still to be asked: unknown is not no.",
            reasons=[words for _, words in open_questions],
        )
    if len(note.strip()) < SHORTEST_NOTE:
        raise Refused("no_note", f"Write what was done, in at least {SHORTEST_NOTE} characters", field="note")
    locked.note, locked.closed_at, locked.closed_by = note.strip(), clock.now(), by
    locked.save(update_fields=["note", "closed_at", "closed_by"])
    record("follow_up.closed", by=by, obj=locked, person=episode.person_id)
    return locked


def _demand(by: Any) -> None:
    if not by.has_perm("intake.follow_up_work"):
        raise Refused("not_permitted", "Your role does not do this step.")


def _lock(follow_up_id: UUID) -> tuple[Episode, SafetyFollowUp]:
    episode_id = SafetyFollowUp.objects.values_list("episode_id", flat=True).get(pk=follow_up_id)
    episode = lock_episode(episode_id)
    locked = (
        SafetyFollowUp.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=follow_up_id)
    )
    locked.episode = episode
    if locked.closed_at is not None:
        raise Conflict("Somebody closed this before you. Nothing was changed.")
    return episode, locked
