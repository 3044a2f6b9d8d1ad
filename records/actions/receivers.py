"""Whom consents can name: organisations of the directory, a person's helpers, and who belongs to a class."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.submit import once
from records.actions.drafting import lock_person
from records.choices import ClassRole, LegalStatus, RecipientKind
from records.models import Confirmation, Person, Recipient
from records.rules.consent import same_name


@transaction.atomic
def add_recipient(
    *, name: str, kind: str, legal_status: str, by: Any, submit_key: UUID | None = None, url: str = ""
) -> Recipient:
    """Put an organisation into the directory. Raises Refused when it is there, AlreadyDone if sent twice."""
    key = once(submit_key, scope="recipient.add", by=by) if submit_key else None
    if kind == RecipientKind.HELPER or kind not in RecipientKind.values:
        raise Refused("kind", "Select what it is", field="kind")
    recipient = Recipient(name=" ".join(name.split()), kind=kind, legal_status=legal_status)
    try:
        with transaction.atomic():
            recipient.save(force_insert=True)
    except IntegrityError as error:
        if refusal_code(error) != "records_recipient_name":
            raise
        raise Refused("recipient_name", "This name is in the directory already", field="name") from error
    record("recipient.added", by=by, obj=recipient, kind=str(kind), legal_status=str(legal_status))
    if key:
        key.done(url or reverse("records:recipient-new"))
    return recipient


@transaction.atomic
def helper_for(*, person: Person, name: str, by: Any) -> Recipient:
    """Return the person's helper of this name, made when there is none. Names are compared opened."""
    lock_person(person.pk)
    found = Recipient.objects.filter(person=person, active=True)
    for helper in found:
        if same_name(helper.called, name):
            return helper
    helper = Recipient(
        person=person, data_key=person.data_key, sealed_name=" ".join(name.split()),
        kind=RecipientKind.HELPER, legal_status=LegalStatus.OTHER_LAWFUL_HOLDER,
    )  # fmt: skip
    helper.save(force_insert=True)
    record("helper.added", by=by, obj=helper, person=person)
    return helper


@transaction.atomic
def confirm(
    *, person: Person, recipient: Recipient, role: str, reason: str, by: Any, submit_key: UUID | None = None
) -> Confirmation:
    """Record that a recipient is one of the person's treating providers or payers, and how we know.

    Raises Refused when the role does not fit it, Conflict when it is confirmed already.
    """
    key = once(submit_key, scope="confirmation.add", by=by) if submit_key else None
    lock_person(person.pk)
    payer = recipient.kind == RecipientKind.PAYER
    if recipient.person_id or payer is not (role == ClassRole.PAYER):
        raise Refused("role", "This role doesn't fit this kind of receiver. Choose another.", field="role")
    if not reason.strip():
        raise Refused("reason", "Enter how we know", field="reason")
    if Confirmation.objects.filter(person=person, recipient=recipient, ended_at=None).exists():
        raise Conflict("This receiver is confirmed already.")
    row = Confirmation(
        person=person, data_key=person.data_key, recipient=recipient, role=role, reason=reason.strip(),
        confirmed_by=by.pk, confirmed_at=clock.now(),
    )  # fmt: skip
    row.save(force_insert=True)
    record("confirmation.made", by=by, obj=row, person=person, recipient=recipient.pk, role=str(role))
    if key:
        key.done(reverse("records:confirmation-list", args=[person.pk]))
    return row


@transaction.atomic
def end_confirmation(*, confirmation: Confirmation, by: Any) -> Confirmation:
    """End a confirmation: from now on no class covers this recipient. Raises Conflict when it has ended."""
    lock_person(confirmation.person_id)
    locked = Confirmation.objects.select_for_update(of=("self",)).get(pk=confirmation.pk)
    if locked.ended_at is not None:
        raise Conflict("This was ended already.")
    locked.ended_at, locked.ended_by = clock.now(), by.pk
    locked.save(update_fields=["ended_at", "ended_by"])
    record("confirmation.ended", by=by, obj=locked, person=locked.person_id, recipient=locked.recipient_id)
    return locked
