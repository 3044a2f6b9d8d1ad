"""A person's wish to limit sharing: written down, decided, ended. What is agreed binds the door at once."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from outbox.submit import once
from records.actions.consents import lock_person
from records.actions.registers import demand
from records.choices import Category, RecipientKind
from records.choices_door import EndedHow, RestrictionStatus
from records.models import Person, Recipient, Restriction

# Our own promise; the law names no time (45 CFR 164.522(a)).
DECIDE_WITHIN = timedelta(days=7)
PLANS = (RecipientKind.PAYER,)


@transaction.atomic
def ask(
    *, person: Person, wish: str, categories: Collection[str], recipients: Collection[Recipient],
    kinds: Collection[str], paid_in_full: bool, asked_at: datetime, by: Any, submit_key: UUID | None = None,
) -> Restriction:  # fmt: skip
    """Write down what the person asks for; the decision is due in a week. Raises Refused and AlreadyDone."""
    demand(by, "records.restriction_read")
    key = once(submit_key, scope="restriction.ask", by=by) if submit_key else None
    if not wish.strip():
        raise Refused("wish", "Write what the person asks for", field="wish")
    if asked_at > clock.now() + timedelta(minutes=1):
        raise Refused("asked_future", "The time can't be in the future", field="asked_at")
    if paid_in_full and recipients:
        raise Refused("paid_in_full", "This limit is about health plans alone", field="recipients")
    lock_person(person.pk)
    row = Restriction(
        person=person, data_key=person.data_key, wish=wish.strip(),
        categories=[one for one in Category.values if one in set(categories)],
        recipients=[one.pk for one in recipients],
        kinds=[one for one in RecipientKind.values if one in (PLANS if paid_in_full else kinds)],
        paid_in_full=paid_in_full, asked_at=asked_at, due_at=asked_at + DECIDE_WITHIN, recorded_by=by.pk,
    )  # fmt: skip
    row.save(force_insert=True)
    record("restriction.asked", by=by, obj=row, person=person, paid_in_full=paid_in_full)
    if key:
        key.done(reverse("records:limit", args=[row.pk]))
    return row


def _lock(restriction: Restriction) -> Restriction:
    lock_person(restriction.person_id)
    rows = Restriction.objects.select_for_update(of=("self",)).select_related("person__data_key")
    return rows.get(pk=restriction.pk)


@transaction.atomic
def decide(*, restriction: Restriction, agree: bool, by: Any, reason: str = "") -> Restriction:
    """Agree or decline. What was paid in full can't be declined. Raises Refused, or Conflict when decided."""
    demand(by, "records.restriction_decide")
    locked = _lock(restriction)
    if locked.status != RestrictionStatus.ASKED:
        raise Conflict("This request was decided already.")
    if not agree and locked.paid_in_full:
        raise Refused("paid_in_full", "What was paid in full can't be declined (42 CFR 2.26(a)(6)).")
    if not agree and not reason.strip():
        raise Refused("reason", "Say why it is declined", field="reason")
    locked.status = RestrictionStatus.AGREED if agree else RestrictionStatus.DECLINED
    locked.decided_at, locked.decided_by = clock.now(), by.pk
    locked.reason = reason.strip() or None
    locked.save(update_fields=["status", "decided_at", "decided_by", "reason"])
    name = "restriction.agreed" if agree else "restriction.declined"
    record(name, by=by, obj=locked, person=locked.person_id)
    return locked


@transaction.atomic
def end(*, restriction: Restriction, how: str, note: str, by: Any) -> Restriction:
    """End an agreed limit, by agreement or with notice. Raises Refused, or Conflict when it isn't in force.

    After notice it still holds for what was recorded before, until the person signs a new consent.
    """
    demand(by, "records.restriction_decide")
    locked = _lock(restriction)
    if locked.status != RestrictionStatus.AGREED:
        raise Conflict("This limit is not in force.")
    if how not in EndedHow.values:
        raise Refused("how", "Select how it ends", field="how")
    if how == EndedHow.NOTICE and locked.paid_in_full:
        raise Refused("paid_in_full", "A limit on what was paid in full ends only when the person agrees.")
    locked.status, locked.ended_how, locked.end_note = RestrictionStatus.ENDED, how, note.strip() or None
    locked.ended_at, locked.ended_by = clock.now(), by.pk
    locked.save(update_fields=["status", "ended_how", "end_note", "ended_at", "ended_by"])
    record("restriction.ended", by=by, obj=locked, person=locked.person_id, how=how)
    return locked
