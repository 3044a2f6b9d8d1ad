"""The person's own access: how identity was checked, before a copy or the accounting is given."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Refused
from outbox.submit import once
from records.accounting import entries, line
from records.actions.accounting import make_accounting
from records.actions.registers import demand
from records.choices_door import Authority, CheckedHow, SharedFor
from records.disclose import Packet, disclose, refusals_recorded
from records.door.own_access import OwnAccess, OwnAccounting
from records.door.sections import chosen_sections
from records.models import Document, IdentityCheck, Person
from records.rules.accounting import Window


@transaction.atomic
def check_identity(
    *, person: Person, how: str, by: Any, authority: str = "", representative_name: str = "",
    evidence: str = "", document: Document | None = None,
) -> IdentityCheck:  # fmt: skip
    """Record how identity was checked; for a representative also why they may act, and on what evidence.

    The copy itself leaves by `records.disclose.disclose(recipient=None, basis=OwnAccess(check.pk),
    purpose=SharedFor.OWN_ACCESS, ...)`. Raises Refused with the field that is wrong.
    """
    demand(by, "records.identity_check")
    if how not in CheckedHow.values:
        raise Refused("how", "Select how you made sure who it is", field="how")
    if authority and authority not in Authority.values:
        raise Refused("authority", "Select why they may act for the person", field="authority")
    if authority and not (representative_name.strip() and evidence.strip()):
        raise Refused("evidence", "Enter who they are and what shows their authority", field="evidence")
    if not authority and (representative_name.strip() or evidence.strip()):
        raise Refused("authority", "Select why they may act for the person", field="authority")
    if document is not None and document.person_id != person.pk:
        raise Refused("document", "This document belongs to another record", field="document")
    row = IdentityCheck(
        person=person, data_key=person.data_key, how=how, authority=authority,
        representative_name=representative_name.strip() or None, evidence=evidence.strip() or None,
        document=document, checked_by=by.pk, checked_at=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    record("identity.checked", by=by, obj=row, person=person, how=how, authority=authority)
    return row


def give_copy(
    *, person: Person, chosen: Collection[str], medium: str, by: Any, submit_key: UUID | None = None,
    **identity: Any,
) -> Packet:  # fmt: skip
    """Check who asks (`identity` as for `check_identity`) and give the chosen sections, in one transaction.

    Raises Refused for the check, NotPermitted at the door, and AlreadyDone when this submit was done before.
    """
    with refusals_recorded(by=by, person=person, basis=OwnAccess.code), transaction.atomic():
        key = once(submit_key, scope="copy.give", by=by) if submit_key else None
        check = check_identity(person=person, by=by, **identity)
        packet = disclose(
            person=person, recipient=None, basis=OwnAccess(check.pk), purpose=SharedFor.OWN_ACCESS,
            sections=chosen_sections(person, chosen), medium=medium, by=by, subject=f"copy:{check.pk}",
        )  # fmt: skip
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet


def give_accounting(
    *, person: Person, window: Window, tpo: bool, medium: str, by: Any, submit_key: UUID | None = None,
    **identity: Any,
) -> Packet:  # fmt: skip
    """Check who asks (`identity` as for `check_identity`) and hand the accounting over, in one transaction.

    Raises Refused for the check or a window that is too long, NotPermitted at the door, and AlreadyDone.
    """
    with refusals_recorded(by=by, person=person, basis=OwnAccounting.code), transaction.atomic():
        key = once(submit_key, scope="accounting.give", by=by) if submit_key else None
        check = check_identity(person=person, by=by, **identity)
        rows = make_accounting(person=person, window=window, tpo=tpo, form="door", by=by)
        packet = disclose(
            person=person, recipient=None, purpose=SharedFor.OWN_ACCESS, sections={}, medium=medium, by=by,
            basis=OwnAccounting(check.pk, entries(window, [line(row) for row in rows], tpo=tpo)),
            subject=f"accounting:{check.pk}",
        )  # fmt: skip
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet
