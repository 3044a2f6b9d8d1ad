"""Entering a form that was filled in by hand: once, with the time at which things were said."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode, PaperForm
from intake.paper import read_serial
from outbox.submit import once

OLDEST = timedelta(days=30)
_BEFORE = {
    "intake_paperform_entered_once": "This form was entered before. Nothing was changed.",
    "intake_paperform_one_open": "Finish the paper form that you are entering first.",
}


def begin_paper(
    *,
    by: Any,
    episode: Episode,
    serial: str,
    observed_at: datetime,
    asked_by: str,
    submit_key: UUID | None = None,
) -> PaperForm:
    """Start to enter a form. From now on what `by` saves on this episode counts as said at `observed_at`.

    Raises Refused with the field for a serial, time or name that can't be, Conflict when the form was entered
    before, the user is entering another, or the episode was closed; AlreadyDone for a submit done before.
    """
    known = read_serial(serial)
    if known is None:
        raise Refused("no_serial", "Form number must be the 6 letters and digits on it", field="serial")
    now = clock.now()
    if not now - OLDEST <= observed_at <= now:
        raise Refused("bad_time", "Time of the call must be in the last 30 days", field="observed_at")
    if not asked_by.strip():
        raise Refused("no_name", "Enter who asked, as it is on the paper", field="asked_by")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="paper.begin", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            form = PaperForm.objects.create(
                data_key=locked.person.data_key,
                serial=known,
                episode=locked,
                observed_at=observed_at,
                asked_by=asked_by.strip(),
                entered_by=by,
            )
            record("paper.begun", by=by, obj=form, person=locked.person_id)
            if key:
                key.done(reverse("intake:safety-check", args=[locked.pk]))
            return form
    except IntegrityError as error:
        message = _BEFORE.get(refusal_code(error) or "")
        if message is None:
            raise
        raise Conflict(message) from error


@transaction.atomic
def finish_paper(*, by: Any, form: PaperForm) -> PaperForm:
    """End the entering of a form; from now on what is saved counts as said now. Finished before is fine."""
    episode = lock_open_episode(form.episode_id)
    locked = PaperForm.objects.select_for_update(of=("self",)).get(pk=form.pk)
    if locked.entered_by_id != by.pk:
        raise Refused("not_yours", "Somebody else is entering this form.")
    if locked.finished_at is None:
        locked.finished_at = clock.now()
        locked.save(update_fields=["finished_at"])
        record("paper.finished", by=by, obj=locked, person=episode.person_id)
    return locked
