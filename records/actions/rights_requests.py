"""A person's request for a copy, a change or an accounting: written down, extended once, closed once."""

from datetime import date
from typing import Any

from django.db import transaction

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from records.actions.consents import lock_person
from records.actions.registers import demand
from records.choices_rights import STILL_OPEN, AskedHow, RequestKind, RequestStatus
from records.models import Person, RightsRequest
from records.queries.rights_requests import copy_for
from records.rules.requests import BY_THE_DOOR, NEVER_DENIED, due_on

CLOSED = (RequestStatus.FULFILLED, RequestStatus.DENIED, RequestStatus.WITHDRAWN)


@transaction.atomic
def ask(
    *, person: Person, kind: str, asked_how: str, received_on: date, wish: str, by: Any
) -> RightsRequest:  # fmt: skip
    """Write down what the person asks for; its clock runs from the day it came. Raises Refused."""
    demand(by, "records.rights_read")
    if kind not in RequestKind.values:
        raise Refused("kind", "Select what the person asks for", field="kind")
    if asked_how not in AskedHow.values:
        raise Refused("asked_how", "Select how it came", field="asked_how")
    if not wish.strip():
        raise Refused("wish", "Write what the person asks for", field="wish")
    if received_on > center_day(clock.now()):
        raise Refused("received_future", "The day can't be in the future", field="received_on")
    lock_person(person.pk)
    row = RightsRequest(
        person=person, data_key=person.data_key, kind=kind, asked_how=asked_how, received_on=received_on,
        due_on=due_on(kind, received_on), wish=wish.strip(), recorded_by=by.pk,
    )  # fmt: skip
    row.save(force_insert=True)
    record("rights_request.received", by=by, obj=row, person=person, kind=kind, due_on=row.due_on.isoformat())
    return row


def _lock_open(request: RightsRequest) -> RightsRequest:
    lock_person(request.person_id)
    rows = RightsRequest.objects.select_for_update(of=("self",)).select_related("data_key")
    locked = rows.get(pk=request.pk)
    if locked.status not in STILL_OPEN:
        raise Conflict("This request was answered already.")
    return locked


@transaction.atomic
def extend(*, request: RightsRequest, reason: str, by: Any) -> RightsRequest:
    """Extend the time by 30 days, once, before it is over. Raises Refused and Conflict.

    The person is told the reason and the new day in writing (45 CFR 164.524(b)(2)(ii)).
    """
    demand(by, "records.rights_close")
    locked = _lock_open(request)
    if locked.status == RequestStatus.EXTENDED:
        raise Conflict("The time was extended already. The law allows it once.")
    if center_day(clock.now()) > locked.due_on:
        raise Conflict("The time is over; it can't be extended any more. Answer the request now.")
    if not reason.strip():
        raise Refused("reason", "Say why it takes longer", field="reason")
    locked.status, locked.extension_reason = RequestStatus.EXTENDED, reason.strip()
    locked.extended_at, locked.extended_by = clock.now(), by.pk
    locked.due_on = due_on(locked.kind, locked.received_on, extended=True)
    locked.save(update_fields=["status", "due_on", "extended_at", "extended_by", "extension_reason"])
    record("rights_request.extended", by=by, obj=locked, person=locked.person_id)
    return locked


@transaction.atomic
def close(*, request: RightsRequest, status: str, outcome: str, by: Any) -> RightsRequest:
    """Close a request: fulfilled, denied or taken back, with what was done or why. Raises Refused, Conflict.

    A copy and an accounting are fulfilled only when one left by the door since the request came.
    """
    demand(by, "records.rights_close")
    locked = _lock_open(request)
    if status not in CLOSED:
        raise Refused("status", "Select how it ends", field="status")
    if status == RequestStatus.DENIED and locked.kind in NEVER_DENIED:
        raise Refused("never_denied", "An accounting of disclosures can't be denied", field="status")
    if not outcome.strip():
        raise Refused("outcome", "Write what was done, or why not", field="outcome")
    copy = None
    if status == RequestStatus.FULFILLED and locked.kind in BY_THE_DOOR:
        copy = copy_for(locked, locked.received_on)
        if copy is None:
            raise Refused("no_copy", "First hand it over: nothing left for this request yet", field="status")
    locked.status, locked.outcome, locked.disclosure = status, outcome.strip(), copy
    locked.closed_at, locked.closed_by = clock.now(), by.pk
    locked.save(update_fields=["status", "outcome", "disclosure", "closed_at", "closed_by"])
    record("rights_request.closed", by=by, obj=locked, person=locked.person_id, status=str(status))
    return locked
