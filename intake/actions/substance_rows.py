"""The substance rows of an assessment: one more, one off the list, and one back on it."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Refused
from intake import hooks
from intake.actions.status import lock_editable, mark_started
from intake.models import Assessment, Episode, SubstanceUse
from intake.queries import counting_rows
from intake.questions import REPEATABLE
from outbox.submit import once

MOST_ROWS = 60


@transaction.atomic
def add_substance(*, by: Any, assessment: Assessment, submit_key: UUID | None = None) -> SubstanceUse:
    """Add an empty substance row. Raises Refused when the list is full, AlreadyDone when done before."""
    if submit_key:
        url = reverse("intake:assessment-section", args=[assessment.episode_id, REPEATABLE])
        once(submit_key, scope="substance.add", by=by).done(url)
    _, locked = lock_editable(assessment.pk)
    last = locked.substance_rows.aggregate(last=Max("position"))["last"]
    if locked.substance_rows.count() >= MOST_ROWS:
        raise Refused("too_many_rows", f"An assessment holds up to {MOST_ROWS} substances.")
    mark_started(locked, by)
    row = SubstanceUse.objects.create(
        id=uuid4(), assessment=locked, data_key=locked.data_key, position=(last or 0) + 1, details={}
    )
    record("substance.added", by=by, obj=row, person=locked.episode.person_id)
    return row


def remove_substance(*, by: Any, assessment: Assessment, row_id: UUID) -> None:
    """Take a substance row off the list; what it said stays on file. A row that is gone already is fine."""
    _put(by, assessment, row_id, "substance.removed", removed=True)


def restore_substance(*, by: Any, assessment: Assessment, row_id: UUID) -> None:
    """Put a removed row back on the list, with everything it said. A row that is on it already is fine."""
    _put(by, assessment, row_id, "substance.restored", removed=False)


@transaction.atomic
def _put(by: Any, assessment: Assessment, row_id: UUID, event: str, *, removed: bool) -> None:
    episode, locked = lock_editable(assessment.pk)
    row = locked.substance_rows.select_for_update(of=("self",)).filter(pk=row_id).first()
    if row is None or (row.removed_at is not None) == removed:
        return
    row.removed_at = clock.now() if removed else None
    row.save(update_fields=["removed_at"])
    set_last_use(episode)
    record(event, by=by, obj=row, person=episode.person_id)
    count_change(locked)
    hooks.call(hooks.after_answers_changed, assessment=locked, by=by, now=clock.now())


def set_last_use(episode: Episode) -> None:
    """Set the latest bound of the rows that count and of the uses reported outside the assessment.

    While a signed version is corrected both count: the gate never opens by a correction that nobody signed.
    """
    told = (counting_rows(episode), episode.reported_uses)
    bounds = [rows.aggregate(latest=Max("last_use_latest"))["latest"] for rows in told]
    episode.last_use_latest = max((bound for bound in bounds if bound is not None), default=None)
    episode.save(update_fields=["last_use_latest"])


def count_change(assessment: Assessment) -> None:
    """Count one more change of a locked assessment."""
    assessment.version += 1
    assessment.save(update_fields=["version"])
