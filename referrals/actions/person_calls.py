"""Calls to people who wait for a partner: complications can begin meanwhile (seed 003 line 65)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.actions import record
from config.errors import Conflict, Refused
from referrals.actions.steps import lock_referral
from referrals.actions.telling import tell_supervisors
from referrals.choices import PersonCallOutcome
from referrals.models import PersonCall
from referrals.queries import missed_in_a_row
from referrals.rules.deadlines import PERSON_MISSES, person_call_after


@transaction.atomic
def log_person_call(
    *, referral_id: UUID, outcome: str, by: Any, now: datetime, note: str = "", shown: str = ""
) -> PersonCall:
    """Write down a call to somebody who waits for a partner, and when the next is due.

    `shown` is the time that the page gave for this call: raises Conflict when a colleague called meanwhile,
    or when the person does not wait any more; Refused without an outcome. Supervisors are told when two calls
    in a row reached nobody.
    """
    if not by.has_perm("referrals.offer_record"):
        raise PermissionDenied
    if outcome not in PersonCallOutcome.values:
        raise Refused("no_outcome", "Select how the call went", field="outcome")
    referral = lock_referral(referral_id)
    if referral.person_call_at is None:
        raise Conflict("The person does not wait for a partner any more. Nothing was changed.")
    if shown and shown != referral.person_call_at.isoformat():
        told = "A colleague noted a call meanwhile. Save again only if you called once more"
        raise Conflict(told, field="outcome")
    call = PersonCall.objects.create(
        referral=referral,
        data_key=referral.episode.person.data_key,
        at=now,
        by=by,
        outcome=outcome,
        note=note.strip() or None,
    )
    referral.person_call_at = person_call_after(outcome != PersonCallOutcome.NOT_REACHED, now)
    referral.save(update_fields=["person_call_at"])
    record(
        "referral.person_called", by=by, obj=referral, person=referral.episode.person_id, outcome=str(outcome)
    )
    if missed_in_a_row(referral) == PERSON_MISSES:
        tell_supervisors(referral, about=f"person-call:{call.pk}")
    return call
