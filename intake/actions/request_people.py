"""Who a request is not from."""

from typing import Any

from django.db import transaction

from audit.actions import record
from config.errors import Refused
from intake.models import ContactRequest, RequestNotPerson
from records.models import Person


@transaction.atomic
def say_not_from(*, by: Any, request: ContactRequest, person: Person, reason: str) -> RequestNotPerson:
    """Remember that a request is not from this person; the record is not offered for it any more.

    Raises Refused without permission or reason. Saying it twice changes nothing.
    """
    if not by.has_perm("intake.request_call"):
        raise Refused("not_permitted", "Your role does not do this step.")
    if not reason.strip():
        raise Refused("reason", "Say why they are two people", field="reason")
    locked = ContactRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    known = RequestNotPerson.objects.filter(request=locked, person=person).first()
    if known is not None:
        return known
    row = RequestNotPerson(
        request=locked, person=person, data_key=locked.data_key, reason=reason.strip(), by=by
    )
    row.save(force_insert=True)
    record("request.said_not_from", by=by, obj=locked, person=person)
    return row
