"""Locks and steps of an assessment, for the other actions of intake."""

from typing import Any
from uuid import UUID

from audit.actions import record
from config import clock, workflow
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.choices import AssessmentStatus
from intake.models import Assessment, AssessmentStatusChange, Episode
from intake.workflow import ASSESSMENT, EDITABLE

NO_HOLD = {"hold_reason": "", "held_at": None, "held_by": None, "hold_until": None}


def lock_assessment(assessment_id: UUID) -> tuple[Episode, Assessment]:
    """Lock the episode, then the assessment. Raises Conflict when the episode is closed."""
    episode_id = Assessment.objects.values_list("episode_id", flat=True).get(pk=assessment_id)
    episode = lock_open_episode(episode_id)
    locked = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment_id)
    locked.episode = episode
    return episode, locked


def lock_editable(assessment_id: UUID) -> tuple[Episode, Assessment]:
    """Lock an assessment whose answers may change. Raises Conflict when it is on hold or decided."""
    episode, locked = lock_assessment(assessment_id)
    if locked.status == AssessmentStatus.ON_HOLD:
        raise Conflict("This assessment is on hold. Resume it first, then save again.")
    if locked.status not in EDITABLE:
        raise Conflict("A clinician has decided on this assessment. Its answers can no longer change.")
    return episode, locked


def move(assessment: Assessment, name: str, by: Any, **fields: Any) -> Assessment:
    """Take a step of the table: status, history and audit in one."""
    step = workflow.check(ASSESSMENT, name, assessment.status, noun="assessment")
    if not by.has_perm(step.permission):
        raise Refused("not_permitted", "Your role does not do this step.")
    old, assessment.status = assessment.status, step.target
    for field, value in fields.items():
        setattr(assessment, field, value)
    assessment.save(update_fields=["status", *fields])
    AssessmentStatusChange.objects.create(assessment=assessment, old=old, new=step.target, by=by)
    record(
        f"assessment.{name}",
        by=by,
        obj=assessment,
        person=assessment.episode.person_id,
        old=old,
        new=step.target,
    )
    return assessment


def mark_started(assessment: Assessment, by: Any) -> None:
    """The first answer starts a locked assessment."""
    if assessment.status == AssessmentStatus.NOT_STARTED:
        move(assessment, "start", by, started_at=clock.now())
