"""Warning the worker before a clearance ends: rows with a due time, a sweep, a message that says nothing."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings

from audit.actions import record
from audit.actors import Actor
from config import clock
from intake.choices import Stage
from outbox.actions import send
from outbox.mail import Email
from outbox.models import Message
from programs.models import ClearanceWarning, MedicalClearance
from programs.rules.clearance import WARN_HOURS
from programs.workflow import LIVE

ENDS_SOON = "programs.ends_soon"
BATCH = 200


def plan_warnings(clearance: MedicalClearance, now: datetime) -> None:
    """Write, with a received clearance, the warnings that are still to come; at least the last of them."""
    until = cast(datetime, clearance.valid_until)
    if clearance.status not in LIVE or until <= now:
        return
    coming = [hours for hours in WARN_HOURS if until - timedelta(hours=hours) > now]
    ClearanceWarning.objects.bulk_create(
        ClearanceWarning(clearance=clearance, hours=hours, due_at=until - timedelta(hours=hours))
        for hours in coming or [min(WARN_HOURS)]
    )


def sweep_warnings(now: datetime) -> int:
    """Settle every warning that is due, and tell the worker of each clearance once. Return how many."""
    due = list(
        ClearanceWarning.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(settled_at=None, due_at__lte=now)
        .select_related("clearance__episode__owner")
        .order_by("-due_at", "id")[:BATCH]
    )
    told: set = set()
    for warning in due:
        clearance = warning.clearance
        warning.settled_at = now
        warning.told = clearance.pk not in told and _holds(clearance, now)
        if warning.told:
            told.add(clearance.pk)
            _tell(warning)
        warning.save(update_fields=["settled_at", "told"])
    return len(told)


def _holds(clearance: MedicalClearance, now: datetime) -> bool:
    """Tell whether there is something to warn of: it ends later, and somebody waits to be admitted by it."""
    episode, until = clearance.episode, cast(datetime, clearance.valid_until)
    waits = episode.status == "open" and episode.stage != Stage.ADMITTED
    return waits and clearance.status in LIVE and until > now


def _tell(warning: ClearanceWarning) -> None:
    owner = warning.clearance.episode.owner
    send(
        ENDS_SOON,
        to=owner.email if owner.is_active else settings.ADMISSIONS_MAILBOX,
        key=f"{ENDS_SOON} {warning.pk}",
        ids={"warning": warning.pk},
    )
    record(
        "clearance.warned",
        by=Actor.system(),
        obj=warning.clearance,
        person=warning.clearance.episode.person_id,
        hours=warning.hours,
    )


def ends_soon(message: Message) -> Email | None:
    """Say that something ends soon, unless it has ended or is not needed any more."""
    warning = ClearanceWarning.objects.select_related("clearance__episode").get(pk=message.ids["warning"])
    if not _holds(warning.clearance, clock.now()):
        return None
    if not message.to:
        raise LookupError("no mailbox is set")
    hours = "an hour" if warning.hours == 1 else f"{warning.hours} hours"
    words = f"Something that you look after ends within {hours}.\n\nSign in: {settings.BASE_URL}/staff/\n"
    return Email(message.to, "Something ends soon", words)
