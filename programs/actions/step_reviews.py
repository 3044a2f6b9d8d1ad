"""Reviewing a stay every two weeks: due from the admission on, signed by a clinician."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.choices_step_down import StepMove
from programs.models import Admission, StayMove, StepReview
from programs.rules.step_down import Seen, Suggestion, suggest
from programs.rules.transitions import judge


def plan_review(admission: Admission, after: datetime) -> StepReview:
    """Write the next review of a stay, due one review period (STEP_DOWN_REVIEW_DAYS) after a moment."""
    return StepReview.objects.create(
        admission=admission, data_key=admission.data_key, due_at=review_due(after)
    )


def review_due(after: datetime) -> datetime:
    """Return when a review is due whose period began at a moment."""
    return after + timedelta(days=settings.STEP_DOWN_REVIEW_DAYS)


def restart_review(made: StayMove) -> None:
    """Put the open review of a stay off to the end of the period that a move to another level began."""
    if made.review_at is not None:
        StepReview.objects.filter(admission=made.admission_id, done_at=None).update(due_at=made.review_at)


@transaction.atomic
def sign_review(
    *,
    admission: Admission,
    seen: Seen,
    shown: str,
    move: str,
    level: str,
    reason: str,
    by: Any,
    submit_key: UUID | None = None,
    url: str = "",
) -> StepReview:
    """Sign the review that is open, and write the next one. Moving itself is a decision and a move.

    `shown` is the suggestion that the clinician had before them. Raises Refused with a field, Conflict when
    the stay ended or somebody signed meanwhile.
    """
    demand(by, "programs.step_down")
    key = once(submit_key, scope="step_review.sign", by=by) if submit_key else None
    episode = lock_open_episode(admission.episode_id)
    not_by_break_glass(by, episode.person)
    row = (
        StepReview.objects.select_for_update(of=("self",))
        .select_related("admission__program", "data_key")
        .filter(admission=admission, done_at=None, admission__discharged_at=None)
        .first()
    )
    if row is None:
        raise Conflict("This review was signed already, or the stay has ended.")
    found, now = suggest(seen), clock.now()
    _demand_complete(seen, found, shown, move, level, reason)
    row.move, row.done_at, row.done_by = move, now, by
    row.said = {
        "seen": asdict(seen), "suggestion": asdict(found), "level": level if move != StepMove.STAY else "",
        "reason": reason.strip(),
    }  # fmt: skip
    row.save(update_fields=["move", "done_at", "done_by", "said"])
    record("step_review.signed", by=by, obj=row, person=episode.person_id, move=move)
    plan_review(row.admission, now)
    if key:
        key.done(url)
    return row


def _demand_complete(seen: Seen, found: Suggestion, shown: str, move: str, level: str, reason: str) -> None:
    if shown != f"{found.move}:{found.level}":
        raise Refused("not_shown", "Look at the suggestion for these answers first", field="move")
    if move not in StepMove.values:
        raise Refused("move", "Select what you decide", field="move")
    if move != StepMove.STAY:
        if not level:
            raise Refused("level", "Select the level", field="level")
        step = judge(seen.level, level)
        if not step.allowed or step.kind != move:
            raise Refused("level", step.why or "Select a level that fits the step", field="level")
    differs = move != found.move or (move != StepMove.STAY and level != found.level)
    if differs and not reason.strip():
        raise Refused("reason", "Write why you decide differently", field="reason")
