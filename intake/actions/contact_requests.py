"""Calling people back, taking calls, and ending requests: the only writers of contact requests by staff."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from config.templatetags.ui import clock as clock_words
from config.workflow import check
from intake.choices_contact import (
    CloseReason,
    MessageRule,
    Outcome,
    RequestKind,
    RequestStatus,
    Source,
)
from intake.contact_details import amendments_of, current_details
from intake.models import CallAttempt, ContactRequest
from intake.opening import opening_hours
from intake.rules.promise import promised_call
from intake.workflow_contact import CONTACT_TRANSITIONS
from outbox.submit import once
from records.actions.care_team import join
from records.choices import TeamReason
from records.indexes import index_of
from records.models import DataKey
from records.references import save_new

OLDEST_PAPER = timedelta(days=30)


def _lock(request_id: UUID) -> ContactRequest:
    return (
        ContactRequest.objects.select_for_update(of=("self",))
        .select_related("data_key", "assigned_to")
        .get(pk=request_id)
    )


def _step(request: ContactRequest, name: str) -> str:
    """Return the status that the step leads to. Raises Conflict, naming who calls when somebody does."""
    if name == "start_call" and request.status == RequestStatus.CALLING:
        raise Conflict(f"{request.assigned_to} started this call at {clock_words(request.calling_since)}.")
    return check(CONTACT_TRANSITIONS, name, request.status, noun="request").target


def _only_caller(request: ContactRequest, by: Any) -> None:
    """Refuse to write over a call that somebody else is on."""
    if request.status == RequestStatus.CALLING and request.assigned_to_id != by.pk:
        raise Conflict(f"{request.assigned_to} is on this call since {clock_words(request.calling_since)}.")


@transaction.atomic
def start_call(*, by: Any, request: ContactRequest) -> ContactRequest:
    """Take a request and begin to call; who takes one that led to an episode joins that care team.

    Raises Conflict with who was first; pressing twice is fine.
    """
    locked = _lock(request.pk)
    if locked.status == RequestStatus.CALLING and locked.assigned_to_id == by.pk:
        return locked
    before = locked.status
    locked.status = _step(locked, "start_call")
    locked.assigned_to, locked.calling_since = by, clock.now()
    locked.save(update_fields=["status", "assigned_to", "calling_since"])
    episode = locked.episodes.select_related("person__data_key").first()
    if episode is not None:
        join(person=episode.person, by=by, user=by, reason=TeamReason.REQUEST)
    record("contact_request.call_started", by=by, obj=locked, before=before)
    return locked


@transaction.atomic
def put_back(*, by: Any, request: ContactRequest) -> ContactRequest:
    """Give a request back without having called. Anyone may: a call left open must not block the next."""
    locked = _lock(request.pk)
    locked.status = _step(locked, "put_back")
    locked.calling_since = None
    locked.save(update_fields=["status", "calling_since"])
    record("contact_request.put_back", by=by, obj=locked, caller=locked.assigned_to_id)
    return locked


@transaction.atomic
def log_call(
    *,
    by: Any,
    request: ContactRequest,
    outcome: str,
    note: str = "",
    next_try_at: datetime | None = None,
    submit_key: UUID | None = None,
) -> CallAttempt:
    """Record how a call ended. Reached stops the clock; anything else says when to try next.

    Raises Refused "message_not_allowed" when a message was left against the rule, "next_try" when the time is
    missing or past; Conflict when somebody else is on the call or it ended; AlreadyDone for a second submit.
    """
    key = once(submit_key, scope="contact_request.log_call", by=by) if submit_key else None
    locked, now = _lock(request.pk), clock.now()
    _only_caller(locked, by)
    details = current_details(locked, amendments_of([locked])[locked.pk])
    if outcome == Outcome.LEFT_ALLOWED_MESSAGE and details["message_ok"] != MessageRule.NAME_NUMBER:
        raise Refused("message_not_allowed", "They asked us not to leave a message", field="outcome")
    reached = outcome == Outcome.REACHED
    if not reached and (next_try_at is None or next_try_at < now):
        raise Refused("next_try", "Say when to try again, from now on", field="next_try")
    before = locked.status
    locked.status = _step(locked, "reach" if reached else "miss")
    locked.assigned_to, locked.calling_since = by, None
    if reached:
        locked.reached_at = now
    else:
        locked.next_call_at = next_try_at
    locked.save(update_fields=["status", "assigned_to", "calling_since", "reached_at", "next_call_at"])
    attempt = CallAttempt.objects.create(
        request=locked,
        data_key=locked.data_key,
        by=by,
        outcome=outcome,
        note=note or None,
        next_try_at=None if reached else next_try_at,
    )
    record("contact_request.call_logged", by=by, obj=locked, before=before, outcome=outcome)
    if key:
        key.done(reverse("intake:request-detail", args=[locked.pk]))
    return attempt


@transaction.atomic
def take_incoming_call(
    *,
    by: Any,
    details: dict[str, Any],
    danger: str,
    next_step: str,
    language: str = "en",
    note: str = "",
    call_at: datetime | None = None,
    taken_at: datetime | None = None,
    submit_key: UUID | None = None,
) -> ContactRequest:
    """Write down a call that came in. `next_step`: "talking" (reached), "call_back", or "done" (closed).

    `details` as on the public form. A call back is at `call_at`, or as promised to everyone. `taken_at`: when
    it came in, for a call that was written on paper first; the clock runs from then.
    Raises Refused for a time that can't be.
    """
    key = once(submit_key, scope="contact_request.incoming", by=by) if submit_key else None
    now = clock.now()
    came_in = taken_at or now
    if not now - OLDEST_PAPER <= came_in <= now:
        raise Refused("bad_time", "Time of the call must be in the last 30 days", field="taken_at")
    due_at = call_at or promised_call(came_in, danger, opening_hours())
    status = {"talking": RequestStatus.REACHED, "call_back": RequestStatus.NEW, "done": RequestStatus.CLOSED}
    data_key = DataKey.make()
    data_key.save(force_insert=True)
    request = save_new(
        lambda reference: ContactRequest(
            data_key=data_key,
            reference=reference,
            details=details,
            phone_index=index_of("phone", details.get("phone")),
            source=Source.PAPER if taken_at else Source.PHONE,
            danger=danger,
            language=language,
            status=status[next_step],
            received_at=came_in,
            due_at=due_at,
            next_call_at=due_at,
            assigned_to=by,
            reached_at=None if next_step == "call_back" else came_in,
            closed_at=now if next_step == "done" else None,
            close_reason=CloseReason.HELPED if next_step == "done" else "",
        ),
        length=6,
    )
    CallAttempt.objects.create(
        request=request,
        data_key=data_key,
        at=came_in,
        by=by,
        incoming=True,
        outcome=Outcome.REACHED,
        note=note or None,
    )
    record("contact_request.call_taken", by=by, obj=request, next=next_step)
    if key:
        key.done(reverse("intake:request-detail", args=[request.pk]))
    return request


@transaction.atomic
def close_request(
    *, by: Any, request: ContactRequest, reason: str, submit_key: UUID | None = None
) -> ContactRequest:
    """End a request, with a reason. Raises Conflict when it has ended, or somebody else is on the call."""
    key = once(submit_key, scope="contact_request.close", by=by) if submit_key else None
    locked = _lock(request.pk)
    _only_caller(locked, by)
    before = locked.status
    locked.status = _step(locked, "close")
    locked.closed_at, locked.close_reason, locked.calling_since = clock.now(), CloseReason(reason), None
    locked.save(update_fields=["status", "closed_at", "close_reason", "calling_since"])
    record("contact_request.closed", by=by, obj=locked, before=before, reason=locked.close_reason)
    if key:
        key.done(reverse("intake:request-list"))
    return locked


@transaction.atomic
def close_cancelled(*, by: Any, request_id: UUID) -> bool:
    """Close a request whose sender cancelled it, unless it is reached, ended or being called; say whether."""
    locked = _lock(request_id)
    if locked.status not in (RequestStatus.NEW, RequestStatus.NO_ANSWER):
        return False
    locked.status, locked.closed_at = _step(locked, "close"), clock.now()
    locked.close_reason = CloseReason.CANCELLED
    locked.save(update_fields=["status", "closed_at", "close_reason"])
    record("contact_request.closed", by=by, obj=locked, reason=locked.close_reason)
    return True


@transaction.atomic
def reopen_request(*, by: Any, request: ContactRequest) -> ContactRequest:
    """Open a closed request again; it is due for a call now. Raises Conflict when it is not closed."""
    locked, now = _lock(request.pk), clock.now()
    locked.status = _step(locked, "reopen")
    locked.closed_at, locked.close_reason = None, ""
    if locked.kind == RequestKind.CALL:
        locked.next_call_at = now
    locked.save(update_fields=["status", "closed_at", "close_reason", "next_call_at"])
    record("contact_request.reopened", by=by, obj=locked)
    return locked


@transaction.atomic
def remove_information(*, by: Any, request: ContactRequest) -> None:
    """Destroy the key of information that somebody left and wants removed; nobody can read it any more."""
    locked = _lock(request.pk)
    if locked.kind != RequestKind.INFORMATION:
        raise Refused("not_information", "Only information that somebody left can be removed here.")
    key = DataKey.objects.select_for_update().get(pk=locked.data_key_id)
    if key.destroyed_at is None:
        key.wrapped, key.destroyed_at = None, clock.now()
        key.save(update_fields=["wrapped", "destroyed_at"])
        record("contact_request.information_removed", by=by, obj=locked)
    if locked.status != RequestStatus.CLOSED:
        locked.status, locked.closed_at = RequestStatus.CLOSED, clock.now()
        locked.close_reason = CloseReason.CANCELLED
        locked.save(update_fields=["status", "closed_at", "close_reason"])
