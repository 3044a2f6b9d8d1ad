"""What holds now for a request: what was sent, with the sender's own changes applied."""

from typing import Any

from intake.choices_contact import AmendmentKind
from intake.models import ContactAmendment, ContactRequest

_WAYS = ("phone", "extension", "email")


def current_details(request: ContactRequest, amendments: list[ContactAmendment]) -> dict[str, Any]:
    """Return the details with every change applied. A new way of contact replaces the old one."""
    details = dict(request.details)
    for amendment in amendments:
        if amendment.kind != AmendmentKind.CHANGE:
            continue
        if any(way in amendment.details for way in _WAYS):
            details = {name: value for name, value in details.items() if name not in _WAYS}
        details |= amendment.details
    return details


def amendments_of(requests: list[ContactRequest]) -> dict[Any, list[ContactAmendment]]:
    """Return the amendments of several requests by request id, oldest first, in one query."""
    found: dict[Any, list[ContactAmendment]] = {request.pk: [] for request in requests}
    for amendment in ContactAmendment.objects.filter(request__in=found).order_by("at", "id"):
        found[amendment.request_id].append(amendment)
    return found
