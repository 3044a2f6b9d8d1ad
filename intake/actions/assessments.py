"""The steps of an assessment: answers, hold, resume, send, and the clinician's steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.choices import Role
from config import clock, workflow
from config.errors import Refused
from intake import hooks
from intake.actions.sections import add_substance, remove_substance, save_section
from intake.actions.status import lock_assessment, move
from intake.choices import HoldReason, Stage
from intake.models import Assessment
from intake.picture import facts_of
from intake.rules.gaps import gaps
from intake.workflow import ASSESSMENT
from outbox.submit import once
from records.actions.care_team import join
from records.choices import TeamReason

__all__ = [
    "add_substance",
    "begin_review",
    "hold",
    "mark_decided",
    "remove_substance",
    "resume",
    "save_section",
    "send_back",
    "submit",
]

_NO_HOLD = {"hold_reason": "", "held_at": None, "held_by": None, "hold_until": None}


@transaction.atomic
def hold(*, by: Any, assessment: Assessment, reason: str, until: datetime | None = None) -> Assessment:
    """Put an assessment on hold, with a reason and, if known, when to go on."""
    if reason not in HoldReason.values:
        raise Refused("no_reason", "Choose why it waits", field="reason")
    _, locked = lock_assessment(assessment.pk)
    return move(locked, "hold", by, hold_reason=reason, held_at=clock.now(), held_by=by, hold_until=until)


@transaction.atomic
def resume(*, by: Any, assessment: Assessment) -> Assessment:
    """Go on with an assessment that was on hold. The safety questions are asked again first."""
    _, locked = lock_assessment(assessment.pk)
    return move(locked, "resume", by, resumed_at=clock.now(), **_NO_HOLD)


@transaction.atomic
def submit(*, by: Any, assessment: Assessment, submit_key: UUID | None = None) -> Assessment:
    """Send an assessment to the clinicians, who join the care team as a role.

    Raises Refused with one reason (a Gap) per gap that blocks.
    """
    key = once(submit_key, scope="assessment.submit", by=by) if submit_key else None
    episode, locked = lock_assessment(assessment.pk)
    workflow.check(ASSESSMENT, "submit", locked.status, noun="assessment")
    blocking = gaps(facts_of(locked))
    if blocking:
        raise Refused("gaps", "Some questions have to be asked before you send this.", reasons=blocking)
    now = clock.now()
    move(locked, "submit", by, submitted_at=now, submitted_by=by)
    join(person=episode.person, by=by, role=Role.CLINICIAN, reason=TeamReason.REVIEW)
    if episode.stage == Stage.ASSESSMENT:
        episode.stage = Stage.REVIEW
        episode.save(update_fields=["stage"])
    hooks.call(hooks.after_submit, assessment=locked, by=by, now=now)
    if key:
        key.done(reverse("intake:assessment-check", args=[episode.pk]))
    return locked


@transaction.atomic
def begin_review(*, by: Any, assessment: Assessment) -> Assessment:
    """A clinician starts to read."""
    _, locked = lock_assessment(assessment.pk)
    return move(locked, "begin_review", by)


@transaction.atomic
def send_back(*, by: Any, assessment: Assessment, question: str) -> Assessment:
    """A clinician asks for more answers, in words."""
    if not question.strip():
        raise Refused("no_question", "Write what you need to know", field="question")
    episode, locked = lock_assessment(assessment.pk)
    episode.stage = Stage.ASSESSMENT
    episode.save(update_fields=["stage"])
    return move(locked, "send_back", by, review_question=question)


@transaction.atomic
def mark_decided(*, by: Any, assessment: Assessment) -> Assessment:
    """The determination was signed: answers are frozen from here on (a trigger keeps them so)."""
    _, locked = lock_assessment(assessment.pk)
    return move(locked, "decide", by, decided_at=clock.now())
