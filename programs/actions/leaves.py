"""On which day an admitted person is expected to leave."""

from datetime import date
from typing import Any

from django.db import transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.templatetags.ui import day
from programs.actions.common import demand, not_by_break_glass
from programs.models import Admission, PlannedLeave
from programs.queries_board import leave_of


@transaction.atomic
def plan_leave(
    *, admission: Admission, leaves_on: date | None, by: Any, seen: tuple[date | None] | None = None
) -> PlannedLeave:
    """Write the day on which a stay is planned to end, or that none is planned any more.

    `seen` holds the day that the page showed as planned. Raises Refused for a day that has passed, Conflict
    when another one is planned by now, or when the stay has ended.
    """
    demand(by, "programs.discharge")
    locked = Admission.objects.select_for_update(of=("self",)).select_related("episode").get(pk=admission.pk)
    not_by_break_glass(by, locked.episode.person)
    if locked.discharged_at is not None:
        raise Conflict("The discharge was recorded already.")
    stands = leave_of(locked.pk)
    if seen is not None and seen != (stands,):
        told = f"A colleague changed this meanwhile: {day(stands) if stands else 'no day'} is planned now. "
        raise Conflict(told + "Save again to keep yours", field="leaves_on")
    if leaves_on is not None and leaves_on < center_day(clock.now()):
        raise Refused("leaves_on", "Enter today or a later day", field="leaves_on")
    made = PlannedLeave.objects.create(admission=locked, leaves_on=leaves_on, made_by=by)
    record("admission.leave_planned", by=by, obj=locked, person=locked.episode.person_id)
    return made
