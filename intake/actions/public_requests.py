"""Handing in what somebody typed on a public page: sealed here, stored by one function, nothing read back."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections
from django.utils.translation import gettext as _

from config.crypto import keyed_hash, seal_value
from config.db import refusal_code
from config.errors import Refused
from intake.choices_contact import AmendmentKind, RequestKind
from intake.models import ContactAmendment, ContactRequest
from records.indexes import index_of
from records.models import DataKey
from records.references import ALPHABET

REFERENCE_LENGTH = 6
TRIES = 3


@dataclass(frozen=True)
class Receipt:
    """What the sender may be told: the id for a change, and the reference that can be spoken."""

    id: UUID
    reference: str


def _fingerprint(submit_key: UUID, content: dict, part: str) -> bytes:
    """Return 32 bytes that are the same whenever the same thing is sent with the same key."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return keyed_hash(f"{submit_key} {text}", f"public request {part}")


def _reference(seed: bytes) -> str:
    letters = (ALPHABET[byte % len(ALPHABET)] for byte in seed[:REFERENCE_LENGTH])
    return f"{settings.REFERENCE_PREFIX}-" + "".join(letters)


def _sealed(model: Any, details: dict, key: DataKey) -> bytes:
    """Encrypt `details` for the column of `model` that will hold them."""
    field = model._meta.get_field("details")
    return seal_value(
        field.to_bytes(details),
        key_id=key.pk,
        key=key.plain(),
        table=model._meta.db_table,
        column=field.column,
    )


def _hand_in(*values: Any) -> None:
    places = ", ".join(["%s"] * len(values))
    with connections["public"].cursor() as cursor:
        cursor.execute(f"SELECT submit_contact_request({places})", values)


def submit_request(
    *,
    submit_key: UUID,
    details: dict[str, Any],
    danger: str,
    language: str,
    due_at: datetime | None,
    kind: str = RequestKind.CALL,
    suspicion: str = "",
) -> Receipt:
    """Store a request and tell staff, in one statement as the public role. Sending it twice stores it once.

    Id and reference come from the key and what was typed, so that a second tap is confirmed with the same
    words. `details` is sealed under a new data key. Raises Refused("not_stored") when nothing was stored.
    """
    content = {"details": details, "danger": danger, "kind": kind}
    plain = {"kind": kind, "danger": danger, "language": language, "suspicion": suspicion}
    phone = index_of("phone", details.get("phone"))
    for attempt in range(TRIES):
        seed = _fingerprint(submit_key, content, f"row {attempt}")
        receipt = Receipt(UUID(bytes=seed[:16], version=4), _reference(seed[16:]))
        key = DataKey.make()
        sealed = _sealed(ContactRequest, details, key)
        try:
            _hand_in(
                UUID(bytes=_fingerprint(submit_key, content, "submit")[:16], version=4),
                receipt.id, receipt.reference, key.pk, bytes(key.wrapped or b""), key.ring_key, sealed, phone,
                json.dumps(plain), due_at, None,
            )  # fmt: skip
        except IntegrityError as error:
            if refusal_code(error) == "intake_contactrequest_reference":
                continue
            raise _not_stored() from error
        except DatabaseError as error:
            raise _not_stored() from error
        return receipt
    raise _not_stored()


def amend_request(*, submit_key: UUID, request_id: UUID, details: dict[str, Any], kind: str) -> None:
    """Store a change of a request (or its cancellation) as an amendment. Sending it twice stores it once.

    Raises Refused: "too_late" when the time for changes is over, "not_stored" when nothing was stored.
    """
    content = {"details": details, "kind": kind, "request": str(request_id)}
    seed = _fingerprint(submit_key, content, "amendment")
    key = DataKey.make()
    try:
        _hand_in(
            UUID(bytes=_fingerprint(submit_key, content, "submit")[:16], version=4),
            UUID(bytes=seed[:16], version=4), None, key.pk, bytes(key.wrapped or b""), key.ring_key,
            _sealed(ContactAmendment, details, key), None,
            json.dumps({"kind": AmendmentKind(kind).value}), None, request_id,
        )  # fmt: skip
    except DatabaseError as error:
        if refusal_code(error) == "intake_contactamendment_in_time":
            raise Refused("too_late", _("The time to change it here is over. Call us instead.")) from error
        raise _not_stored() from error


def _not_stored() -> Refused:
    words = _(
        "Sorry, something went wrong on our side. Your answers are still here. Try again, or call %(phone)s."
    )
    return Refused("not_stored", words % {"phone": settings.CENTER_PHONE})
