"""Taking back an admission that was a mistake, within minutes."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.choices import Stage
from programs import hooks
from programs.actions.common import demand, not_by_break_glass, set_stage
from programs.actions.prescriber_calls import end_with_stay
from programs.models import Admission, AdmissionUndo


def undo_until(admission: Admission) -> Any:
    """Return until when an admission can be taken back."""
    return admission.recorded_at + timedelta(minutes=settings.ADMISSION_UNDO_MINUTES)


def undo(*, admission: Admission, reason: str, by: Any) -> AdmissionUndo:
    """Take an admission back: the row stays, the place is free, and the episode waits for admission again.

    Raises Refused without a reason or when the time is over (a discharge is the way then), Conflict when the
    stay has ended.
    """
    demand(by, "programs.admit")
    if not reason.strip():
        raise Refused("reason", "Write why it is taken back", field="reason")
    try:
        with transaction.atomic():
            episode = lock_open_episode(admission.episode_id)
            not_by_break_glass(by, episode.person)
            locked = Admission.objects.select_for_update(of=("self",)).get(pk=admission.pk)
            now = clock.now()
            if locked.discharged_at is not None:
                raise Conflict("This stay has ended already.")
            if now > undo_until(locked):
                raise Refused("undo_late", "The time to take it back is over. Record a discharge instead")
            row = AdmissionUndo.objects.create(
                admission=locked, data_key=locked.data_key, reason=reason.strip(), undone_by=by
            )
            end_with_stay(locked, by, now)
            set_stage(episode, Stage.CLEARANCE)
            record("admission.undone", by=by, obj=locked, person=episode.person_id, bed=locked.bed_id)
            hooks.call(hooks.after_undo, admission=locked, by=by, now=now)
            return row
    except IntegrityError as error:
        if refusal_code(error) in ("undo_late", "undo_ended"):
            raise Conflict("This stay can't be taken back any more.") from error
        raise
