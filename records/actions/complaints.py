"""Complaints: handed in blind as the public role, answered by the privacy officer."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from config import clock
from config.crypto import keyed_hash, seal_value
from config.errors import Conflict, Refused
from records.choices_rights import ComplaintStatus
from records.models import Complaint, DataKey
from records.references import ALPHABET

RECEIVED_MAIL = "records.complaint_received"
REFERENCE_LENGTH = 8


def submit_complaint(*, submit_key: UUID, details: dict[str, Any], language: str) -> str:
    """Store a complaint as the public role, sealed under a new data key; return its spoken reference.

    Nothing is looked up and nothing read back. Sending the same thing twice with the same key stores it once
    and gives the same reference. Raises Refused("not_stored").
    """
    text = json.dumps(details, sort_keys=True)
    seed = keyed_hash(f"{submit_key} {text}", "public complaint row")
    claim = keyed_hash(f"{submit_key} {text}", "public complaint submit")
    reference = f"{settings.REFERENCE_PREFIX}-" + "".join(
        ALPHABET[byte % len(ALPHABET)] for byte in seed[16 : 16 + REFERENCE_LENGTH]
    )
    key = DataKey.make()
    field = Complaint._meta.get_field("details")
    sealed = seal_value(
        field.to_bytes(details), key_id=key.pk, key=key.plain(), table=Complaint._meta.db_table,
        column=field.column or field.name,
    )  # fmt: skip
    values = (
        UUID(bytes=claim[:16], version=4), UUID(bytes=seed[:16], version=4), reference, key.pk,
        bytes(key.wrapped or b""), key.ring_key, sealed, language,
    )  # fmt: skip
    try:
        with connections["public"].cursor() as cursor:
            cursor.execute("SELECT submit_complaint(%s, %s, %s, %s, %s, %s, %s, %s)", values)
    except DatabaseError as error:
        raise Refused(
            "not_stored",
            _(
                "Sorry, something went wrong on our side. Your answers are still here. Try again, or call"
                " %(phone)s."
            )
            % {"phone": settings.CENTER_PHONE},
        ) from error
    return reference


@transaction.atomic
def answer_complaint(*, complaint: Complaint, answer: str, by: Any) -> Complaint:
    """Close a complaint with what was found and done, sealed. Raises Refused and Conflict."""
    if not by.has_perm("records.complaint_handle"):
        raise Refused("not_allowed", "The privacy officer answers complaints.")
    found = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if found.status == ComplaintStatus.CLOSED:
        raise Conflict("This complaint was answered already.")
    if not answer.strip():
        raise Refused("answer", "Write what you found and did", field="answer")
    found.answer, found.status = answer.strip(), ComplaintStatus.CLOSED
    found.closed_at, found.closed_by = clock.now(), by
    found.save(update_fields=["answer", "status", "closed_at", "closed_by"])
    record("complaint.answered", by=by, obj=found)
    return found


def record_seen(*, complaint: Complaint, by: Any) -> None:
    """Record that `by` is about to read a complaint; when that can't be written, it stays closed."""
    record("complaint.viewed", by=by, obj=complaint)
