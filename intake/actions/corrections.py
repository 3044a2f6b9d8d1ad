"""Correcting a signed version: the next one begins as its copy, and the signed one stays as it is."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from intake.actions.status import NO_HOLD, lock_assessment, move
from intake.actions.substance_rows import set_last_use
from intake.choices import AssessmentStatus
from intake.models import Assessment, AssessmentSection, AssessmentStatusChange, SubstanceUse
from intake.queries import current_assessment
from outbox.submit import once

REASON_MINIMUM = 10


@transaction.atomic
def correct(*, by: Any, assessment: Assessment, reason: str, submit_key: UUID | None = None) -> Assessment:
    """Begin the next version of a signed assessment as a copy of it, in progress.

    The signed version, its recommendation and its decision stay, and stay in force until the next decision.
    Raises Refused without permission or a reason, Conflict when it isn't signed or is being corrected.
    """
    key = once(submit_key, scope="assessment.correct", by=by) if submit_key else None
    if not by.has_perm("intake.assessment_edit"):
        raise Refused("not_permitted", "Your role does not do this step.")
    episode, signed = lock_assessment(assessment.pk)
    if signed.status != AssessmentStatus.DECIDED:
        raise Conflict("This version is not signed. Change its answers where they are.")
    newest = current_assessment(episode)
    if newest is None or newest.pk != signed.pk:
        raise Conflict("A correction of this version was begun already. Go on with that one.")
    if len(reason.strip()) < REASON_MINIMUM:
        raise Refused(
            "no_reason",
            f"Say what has to be corrected, in at least {REASON_MINIMUM} characters",
            field="reason",
        )
    made = _copy(signed, episode, reason.strip(), by)
    record(
        "assessment.correction_begun",
        by=by,
        obj=made,
        person=episode.person_id,
        corrects=signed.pk,
        number=made.number,
    )
    if key:
        key.done(reverse("intake:assessment", args=[episode.pk]))
    return made


def _copy(signed: Assessment, episode: Any, reason: str, by: Any) -> Assessment:
    """Copy the version with its sections and its rows; what was removed stays removed."""
    now, key = clock.now(), episode.person.data_key
    last = episode.assessments.aggregate(last=Max("number"))["last"]
    made = Assessment.objects.create(
        episode=episode,
        data_key=key,
        number=last + 1,
        corrects=signed,
        correction_reason=reason,
        corrected_by=by,
        status=AssessmentStatus.IN_PROGRESS,
        started_at=now,
    )
    AssessmentStatusChange.objects.create(
        assessment=made, old=AssessmentStatus.NOT_STARTED, new=AssessmentStatus.IN_PROGRESS, by=by
    )
    AssessmentSection.objects.bulk_create(
        AssessmentSection(
            assessment=made,
            data_key=key,
            key=section.key,
            answers=section.answers,
            version=section.version,  # what a page of the signed version saw stays behind what changes here
            completed=section.completed,
            red_flag_at=section.red_flag_at,
            updated_by_id=section.updated_by_id,
            updated_at=section.updated_at,
        )
        for section in signed.sections.all()
    )
    SubstanceUse.objects.bulk_create(
        SubstanceUse(
            id=uuid4(),
            assessment=made,
            data_key=key,
            position=row.position,
            copied_from=row,
            details=row.details,
            last_use_latest=row.last_use_latest,
            removed_at=row.removed_at,
        )
        for row in signed.substance_rows.order_by("position", "id")
    )
    return made


@transaction.atomic
def drop(*, by: Any, assessment: Assessment) -> Assessment:
    """Give up a correction: it stays readable and changes no more; the signed version counts again alone.

    Raises Refused when it says a later use than the signed version does (that must not be lost), Conflict
    when it isn't an open correction.
    """
    episode, locked = lock_assessment(assessment.pk)
    if locked.corrects_id is None:
        raise Conflict("Only a correction can be given up.")
    before = episode.last_use_latest
    move(locked, "drop", by, **NO_HOLD)
    set_last_use(episode)
    after = episode.last_use_latest
    if before is not None and (after is None or after < before):
        raise Refused(
            "later_use",
            "This correction tells of a later use. Send it to a clinician, or report the use, so it counts.",
        )
    return locked
