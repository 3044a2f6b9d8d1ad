"""A call of somebody who asks about a person: logged, looked up nowhere, linked to nobody."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from intake.choices_contact import CloseReason, Outcome, RequestKind, RequestStatus, Source
from intake.models import CallAttempt, ContactRequest
from outbox.submit import once
from records.models import DataKey
from records.references import save_new


@transaction.atomic
def log_inquiry(
    *, by: Any, message: str = "", language: str = "en", submit_key: UUID | None = None
) -> ContactRequest:
    """Log that somebody asked about a person; a message is kept sealed, as information that was left.

    Reads nothing about anybody on file. Raises AlreadyDone when this submit was done before.
    """
    key = once(submit_key, scope="contact_request.inquiry", by=by) if submit_key else None
    now, left = clock.now(), bool(message.strip())
    data_key = DataKey.make()
    data_key.save(force_insert=True)
    asked = save_new(
        lambda reference: ContactRequest(
            data_key=data_key,
            reference=reference,
            details={"about": "", "relation": "", "text": message.strip()},
            kind=RequestKind.INFORMATION,
            source=Source.PHONE,
            danger="no",
            language=language,
            status=RequestStatus.NEW if left else RequestStatus.CLOSED,
            received_at=now,
            closed_at=None if left else now,
            close_reason="" if left else CloseReason.HELPED,
        ),
        length=6,
    )
    CallAttempt.objects.create(
        request=asked, data_key=data_key, by=by, incoming=True, outcome=Outcome.REACHED
    )
    record("contact_request.inquiry_logged", by=by, obj=asked, message=left)
    if key:
        key.done(reverse("intake:request-list"))
    return asked
