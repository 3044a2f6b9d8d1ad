"""The steps of an assessment: answers, hold, resume, send, and the clinician's steps."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.choices import Role
from config import clock, workflow
from config.errors import Refused
from intake import hooks
from intake.actions.callbacks import close_dropped
from intake.actions.review_questions import send_back
from intake.actions.sections import save_section
from intake.actions.status import NO_HOLD, lock_assessment, move
from intake.actions.substance_rows import add_substance, remove_substance, set_last_use
from intake.choices import HoldReason, Stage
from intake.models import Assessment
from intake.picture import center_zone, facts_of
from intake.rules.gaps import gaps
from intake.rules.instrument_flags import every_flag
from intake.rules.picture import build_picture
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
    episode, locked = lock_assessment(assessment.pk)
    resumed = move(locked, "resume", by, resumed_at=clock.now(), **NO_HOLD)
    close_dropped(by=by, episode=episode)
    return resumed


@transaction.atomic
def submit(*, by: Any, assessment: Assessment, submit_key: UUID | None = None) -> Assessment:
    """Send an assessment to the clinicians, who join the care team as a role.

    The decision is promised in REVIEW_MINUTES. Raises Refused with one reason (a Gap) per gap that blocks, or
    while a clinician's question is open.
    """
    key = once(submit_key, scope="assessment.submit", by=by) if submit_key else None
    episode, locked = lock_assessment(assessment.pk)
    workflow.check(ASSESSMENT, "submit", locked.status, noun="assessment")
    facts = facts_of(locked)
    blocking = gaps(facts)
    if blocking:
        raise Refused("gaps", "Some questions have to be asked before you send this.", reasons=blocking)
    waiting = locked.review_questions.filter(answered_at__isnull=True).count()
    if waiting:
        asks = "question" if waiting == 1 else "questions"
        raise Refused("open_questions", f"Answer {waiting} {asks} of the clinician first.")
    now = clock.now()
    due = now + timedelta(minutes=settings.REVIEW_MINUTES)
    raised = [
        {"code": flag.code, "sentence": flag.sentence, "urgent": flag.urgent}
        for flag in every_flag(build_picture(facts, now=now, zone=center_zone()), facts)
    ]
    move(locked, "submit", by, submitted_at=now, submitted_by=by, review_due_at=due, flags_when_sent=raised)
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
def mark_decided(*, by: Any, assessment: Assessment) -> Assessment:
    """The determination was signed: answers are frozen from here on (a trigger keeps them so).

    From here on a correction alone counts for the last use, no longer the version that it corrects.
    """
    episode, locked = lock_assessment(assessment.pk)
    move(locked, "decide", by, decided_at=clock.now())
    set_last_use(episode)
    return locked
