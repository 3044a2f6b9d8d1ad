"""Going on with an episode that was closed a short while ago."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.assessments import resume
from intake.actions.corrections import correct
from intake.actions.episodes import lock_episode
from intake.actions.pauses import end as end_pause
from intake.actions.sections import row_field, save_section
from intake.choices import AssessmentStatus, EpisodeStatus, Stage
from intake.models import Assessment, Episode, ReportedUse
from intake.queries import current_assessment
from intake.questions import REPEATABLE
from intake.rules.resume import may_resume
from intake.workflow import EDITABLE
from outbox.submit import once
from records.actions.care_team import join
from records.choices import TeamReason

LAST_USE = ("last_use", "last_use_at", "last_use_exactness")
AGAIN = "Resumed after a pause: the last use is asked anew"
_TAKEN = {
    "intake_episode_one_open": "This person already has an open episode.",
    "records_person_merged": "This record was merged into another one. Use that one.",
}


def resume_episode(*, by: Any, episode: Episode, submit_key: UUID | None = None) -> Episode:
    """Open an episode again within 30 days of a pause. The last use is asked anew, live clearances are void.

    What was decided stays on file; answers go on in the same assessment, or in its next version when it was
    signed. Raises Refused when it can't be resumed, Conflict when something is open, AlreadyDone when done.
    """
    try:
        with transaction.atomic():
            return _resume(by, episode, submit_key)
    except IntegrityError as error:
        message = _TAKEN.get(refusal_code(error) or "")
        if message is None:
            raise
        raise Conflict(message) from error


def _resume(by: Any, episode: Episode, submit_key: UUID | None) -> Episode:
    key = once(submit_key, scope="episode.resume", by=by) if submit_key else None
    if not by.has_perm("intake.episode_start"):
        raise Refused("not_permitted", "Your role does not do this step.")
    locked, now = lock_episode(episode.pk), clock.now()
    if locked.status == EpisodeStatus.OPEN:
        raise Conflict("This episode is open. Nothing was changed.")
    if not may_resume(reason=locked.close_reason, closed_at=locked.closed_at, now=now):
        raise Refused("not_resumable", "This episode ended too long ago, or for good. Start a new one.")
    locked.status, locked.stage = EpisodeStatus.OPEN, Stage.ASSESSMENT
    locked.closed_at, locked.close_reason, locked.reopened_at = None, "", now
    locked.save(update_fields=["status", "stage", "closed_at", "close_reason", "reopened_at"])
    end_pause(episode=locked, now=now)
    join(person=locked.person, by=by, user=by, reason=TeamReason.EPISODE)
    record("episode.resumed", by=by, obj=locked, person=locked.person_id)
    hooks.call(hooks.after_resume, episode=locked, by=by, now=now)
    _ask_last_use_anew(by, locked)
    if key:
        key.done(reverse("intake:safety-check", args=[locked.pk]))
    return locked


def _ask_last_use_anew(by: Any, episode: Episode) -> None:
    """Take the last use back from the rows; its bound stays as reported, so that it never moves back."""
    known = current_assessment(episode)
    if known is None:
        return
    if episode.last_use_latest is not None:
        ReportedUse.objects.create(
            episode=episode,
            data_key=episode.person.data_key,
            last_use_latest=episode.last_use_latest,
            details={"substance": "As told before the pause", "note": ""},
            reported_by=by,
        )
    if known.status == AssessmentStatus.DECIDED:
        known = correct(by=by, assessment=known, reason=AGAIN)
    if known.status == AssessmentStatus.ON_HOLD:
        known = resume(by=by, assessment=known)
    if known.status in EDITABLE:
        Assessment.objects.filter(pk=known.pk).update(resumed_at=clock.now())
        _clear(by, known)


def _clear(by: Any, assessment: Assessment) -> None:
    rows = assessment.substance_rows.filter(removed_at__isnull=True)
    answers = {row_field(row.pk, name): None for row in rows for name in LAST_USE if name in row.details}
    if answers:
        version = assessment.sections.get(key=REPEATABLE).version
        save_section(by=by, assessment=assessment, key=REPEATABLE, bases=version, answers=answers)
