"""The registers behind the door: recipients for them, what ends, and files that belong to no person."""

from typing import Any

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from records.actions.consents import lock_person
from records.choices import LegalStatus, RecipientKind
from records.models import Agreement, CourtOrder, Mandate, Recipient


def demand(by: Any, permission: str) -> None:
    """Raise Refused unless `by` holds the permission."""
    if not by.has_perm(permission):
        raise Refused("not_allowed", "Your role can't do this. Ask a supervisor or the privacy officer.")


def receiver(chosen: Recipient | None, new_name: str, *, by: Any) -> Recipient:
    """Return the chosen recipient, or the one of this name that is no facility, made if need be."""
    name = " ".join(new_name.split())
    if chosen is not None and not name:
        return chosen
    if chosen is not None or not name:
        raise Refused("recipient", "Select who receives it, or enter a new name", field="recipient")
    made, fresh = Recipient.objects.get_or_create(
        name=name, kind=RecipientKind.OTHER, defaults={"legal_status": LegalStatus.OTHER_LAWFUL_HOLDER}
    )
    if fresh:
        record("recipient.added", by=by, obj=made, kind=made.kind)
    return made


@transaction.atomic
def end_paper(*, paper: CourtOrder | Mandate | Agreement, by: Any) -> None:
    """End an order, a subpoena or an agreement at once. Raises Conflict when it was ended already.

    The door locks the person first, so an end that is under way is waited for.
    """
    demand(by, "records.agreement_manage" if isinstance(paper, Agreement) else "records.legal_manage")
    person = None
    if not isinstance(paper, Agreement):
        person = paper.person_id
        lock_person(person)
    locked = type(paper).objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if locked.ended_at is not None:
        raise Conflict("This was ended already.")
    locked.ended_at, locked.ended_by = clock.now(), by.pk
    locked.save(update_fields=["ended_at", "ended_by"])
    record(f"{locked._meta.model_name}.ended", by=by, obj=locked, person=person)
