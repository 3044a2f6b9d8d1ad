"""Written agreements: registering them, and sharing on them through the door."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config.errors import Refused
from outbox.submit import once
from records.actions.registers import demand, receiver
from records.choices import Category
from records.choices_door import TERMS_OF, AgreementKind, Term
from records.disclose import Packet, disclose, refusals_recorded
from records.door.agreements import BY_KIND
from records.door.sections import chosen_sections
from records.files import check_file
from records.models import Agreement, DataKey, Person, Recipient
from records.models.document import MAX_BYTES


@transaction.atomic
def register_agreement(
    *, kind: str, recipient: Recipient | None, new_recipient: str, scope: str, categories: Collection[str],
    terms: Collection[str], starts_on: date, ends_on: date, upload: UploadedFile, by: Any, submit_key: UUID,
) -> Agreement:  # fmt: skip
    """Register a signed agreement with its paper. Raises Refused with the field that is wrong."""
    demand(by, "records.agreement_manage")
    claim = once(submit_key, scope="agreement.register", by=by)
    lacking = [str(Term(one).label) for one in TERMS_OF[AgreementKind(kind)] if one not in terms]
    if lacking:
        raise Refused("terms", "The agreement must say: " + "; ".join(lacking), field="terms")
    if ends_on < starts_on:
        raise Refused("dates", "The last day can't be before the first", field="ends_on")
    checked = check_file(upload.read(MAX_BYTES + 1))
    key = DataKey.make()
    key.save(force_insert=True)
    row = Agreement(
        data_key=key, kind=kind, recipient=receiver(recipient, new_recipient, by=by), scope=scope.strip(),
        categories=[one for one in Category.values if one in set(categories)],
        terms=[one for one in Term.values if one in set(terms)], starts_on=starts_on, ends_on=ends_on,
        media_type=checked.media_type, content=checked.content, recorded_by=by.pk,
    )  # fmt: skip
    row.save(force_insert=True)
    record("agreement.registered", by=by, obj=row, kind=str(kind), recipient=row.recipient_id)
    claim.done(reverse("records:agreement-list"))
    return row


def share_on_agreement(
    *, person: Person, agreement: Agreement, chosen: Collection[str], medium: str, by: Any,
    recipient: Recipient | None = None, submit_key: UUID | None = None,
) -> Packet:  # fmt: skip
    """Share chosen sections with the other party of an agreement. Raises NotPermitted and AlreadyDone."""
    basis, to = BY_KIND[agreement.kind](agreement.pk), recipient or agreement.recipient
    with refusals_recorded(by=by, person=person, basis=basis.code, recipient=to), transaction.atomic():
        key = once(submit_key, scope="agreement.share", by=by) if submit_key else None
        packet = disclose(
            person=person, recipient=to, basis=basis, purpose=basis.purpose,
            sections=chosen_sections(person, chosen), medium=medium, by=by,
            subject=f"agreement:{agreement.pk}",
        )  # fmt: skip
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet
