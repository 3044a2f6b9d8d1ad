"""A call that dropped in the middle of an assessment."""

from typing import Any

from django.db import transaction

from config import clock
from intake.actions.assessments import hold
from intake.actions.callbacks import DUE, open_callback
from intake.choices import CallbackReason, HoldReason
from intake.models import Assessment, Callback
from intake.queries import contact_began, last_edit


@transaction.atomic
def drop_call(*, by: Any, assessment: Assessment) -> Callback:
    """Hold an assessment whose caller is gone, and promise to call back in ten minutes.

    Keeps at which question the call ended, and how far into it. Raises Conflict when it can't be held.
    """
    now = clock.now()
    until = now + DUE[CallbackReason.DROPPED]
    held = hold(by=by, assessment=assessment, reason=HoldReason.HUNG_UP, until=until)
    last = last_edit(held, by)
    return open_callback(
        by=by,
        episode=held.episode,
        reason=CallbackReason.DROPPED,
        section=last.edited_section if last else "",
        field=last.edited_field if last else "",
        seconds_in=max(int((now - contact_began(held)).total_seconds()), 0),
    )
