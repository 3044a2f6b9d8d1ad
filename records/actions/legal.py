"""Legal process: taking in what arrives, registering orders and subpoenas, and answering through the door."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from outbox.submit import once
from records.actions.consents import lock_person
from records.actions.documents import store
from records.actions.registers import demand, receiver
from records.choices import Category, DocumentKind
from records.choices_door import LegalOutcome, SharedFor
from records.disclose import Packet, disclose, refusals_recorded
from records.door.legal import CourtOrderWithMandate
from records.door.sections import chosen_sections
from records.models import CourtOrder, DataKey, LegalRequest, Mandate, Person, Recipient


@transaction.atomic
def take_in(
    *, kind: str, asker: str, about: str, answer_by: date | None, note: str, by: Any, submit_key: UUID
) -> LegalRequest:
    """Write down that something legal arrived. Looks nobody up; seals all text under a key of its own."""
    demand(by, "records.legal_intake")
    claim = once(submit_key, scope="legal.take_in", by=by)
    key = DataKey.make()
    key.save(force_insert=True)
    row = LegalRequest(
        data_key=key, kind=kind, asker=asker.strip(), about=about.strip() or None, note=note.strip() or None,
        answer_by=answer_by, taken_by=by.pk,
    )  # fmt: skip
    row.save(force_insert=True)
    record("legalrequest.taken", by=by, obj=row, kind=str(kind))
    claim.done(reverse("records:legal-arrived") + "?taken=1")
    return row


@transaction.atomic
def close_request(*, request: LegalRequest, outcome: str, by: Any) -> None:
    """Close a legal request with how it ended. Raises Conflict when somebody was first."""
    demand(by, "records.legal_manage")
    locked = LegalRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.closed_at is not None:
        raise Conflict("This request was closed already.")
    if outcome not in LegalOutcome.values:
        raise Refused("outcome", "Select how it ended", field="outcome")
    locked.outcome, locked.closed_at, locked.closed_by = outcome, clock.now(), by.pk
    locked.save(update_fields=["outcome", "closed_at", "closed_by"])
    record("legalrequest.closed", by=by, obj=locked, outcome=outcome)


@transaction.atomic
def register_order(
    *, person: Person, upload: UploadedFile, recipient: Recipient | None, new_recipient: str,
    categories: Collection[str], by: Any, submit_key: UUID, **facts: Any,
) -> CourtOrder:  # fmt: skip
    """Register a court order with its scanned copy. Raises Refused with the field that is wrong."""
    demand(by, "records.legal_manage")
    claim = once(submit_key, scope="order.register", by=by)
    if facts["valid_until"] < facts["ordered_on"]:
        raise Refused("dates", "The last day can't be before the day of the order", field="valid_until")
    if not categories:
        raise Refused("categories", "Select what may be disclosed", field="categories")
    lock_person(person.pk)
    row = CourtOrder(
        person=person, data_key=person.data_key, recipient=receiver(recipient, new_recipient, by=by),
        document=store(person=person, by=by, upload=upload, kind=DocumentKind.COURT_ORDER),
        categories=[one for one in Category.values if one in set(categories)], recorded_by=by.pk, **facts,
    )  # fmt: skip
    row.save(force_insert=True)
    record("courtorder.registered", by=by, obj=row, person=person, kind=row.kind, recipient=row.recipient_id)
    claim.done(reverse("records:legal-register", args=[person.pk]))
    return row


@transaction.atomic
def register_mandate(
    *, person: Person, upload: UploadedFile, recipient: Recipient | None, new_recipient: str,
    order: CourtOrder | None, by: Any, submit_key: UUID, **facts: Any,
) -> Mandate:  # fmt: skip
    """Register a subpoena or similar mandate, with its order when that is here. Raises Refused."""
    demand(by, "records.legal_manage")
    claim = once(submit_key, scope="mandate.register", by=by)
    if facts["valid_until"] < facts["issued_on"]:
        raise Refused("dates", "The last day can't be before the day it was issued", field="valid_until")
    lock_person(person.pk)
    to = order.recipient if order and not new_recipient.strip() and not recipient else None
    to = to or receiver(recipient, new_recipient, by=by)
    if order is not None and (order.person_id != person.pk or order.recipient_id != to.pk):
        raise Refused("order", "The court order names another receiver", field="order")
    row = Mandate(
        person=person, data_key=person.data_key, recipient=to, order=order,
        document=store(person=person, by=by, upload=upload, kind=DocumentKind.SUBPOENA),
        recorded_by=by.pk, **facts,
    )  # fmt: skip
    row.save(force_insert=True)
    record("mandate.registered", by=by, obj=row, person=person, kind=row.kind, recipient=to.pk)
    claim.done(reverse("records:legal-register", args=[person.pk]))
    return row


@transaction.atomic
def join(*, mandate: Mandate, order: CourtOrder, by: Any) -> None:
    """Say which order a subpoena goes with. Raises Conflict when it has one, Refused when they don't fit."""
    demand(by, "records.legal_manage")
    lock_person(mandate.person_id)
    locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if locked.order_id is not None or locked.ended_at is not None:
        raise Conflict("This subpoena goes with an order already, or has been ended.")
    if (order.person_id, order.recipient_id) != (locked.person_id, locked.recipient_id):
        raise Refused("order", "The court order names another receiver", field="order")
    locked.order = order
    locked.save(update_fields=["order"])
    record("mandate.joined", by=by, obj=locked, person=locked.person_id, order=order.pk)


def share_on_order(
    *, person: Person, recipient: Recipient, order_id: UUID | None, mandate_id: UUID | None,
    chosen: Collection[str], medium: str, by: Any, submit_key: UUID | None = None,
) -> Packet:  # fmt: skip
    """Answer a court order and its subpoena through the door. Raises NotPermitted and AlreadyDone."""
    basis = CourtOrderWithMandate(order_id, mandate_id)
    with (
        refusals_recorded(by=by, person=person, basis=basis.code, recipient=recipient),
        transaction.atomic(),
    ):
        key = once(submit_key, scope="order.share", by=by) if submit_key else None
        packet = disclose(
            person=person, recipient=recipient, basis=basis, purpose=SharedFor.PROCEEDINGS,
            sections=chosen_sections(person, chosen), medium=medium, by=by,
            subject=f"order:{order_id or mandate_id}",
        )  # fmt: skip
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet
