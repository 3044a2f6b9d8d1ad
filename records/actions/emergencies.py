"""Telling medical staff in an emergency: through the door, with the supervisor's review opened with it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from config import clock
from outbox.submit import once
from records.actions.reviews import open_review
from records.choices import ReviewKind
from records.choices_door import SharedFor
from records.disclose import Packet, disclose, refusals_recorded
from records.door.emergency import MedicalEmergency
from records.door.sections import chosen_sections
from records.models import EmergencyDisclosure, Person

REVIEW_WITHIN = timedelta(days=1)


def tell_medical_staff(
    *,
    person: Person,
    emergency: MedicalEmergency,
    chosen: Collection[str],
    medium: str,
    by: Any,
    submit_key: UUID | None = None,
) -> Packet:
    """Share the chosen sections, or write down afterwards what was told; open the review for the next day.

    Raises NotPermitted with the field that is wrong, and AlreadyDone when this submit was done before.
    """
    with refusals_recorded(by=by, person=person, basis=emergency.code), transaction.atomic():
        key = once(submit_key, scope="emergency.tell", by=by) if submit_key else None
        packet = disclose(
            person=person,
            recipient=None,
            basis=emergency,
            purpose=SharedFor.EMERGENCY,
            sections=chosen_sections(person, chosen) if emergency.late is None else {},
            medium=medium,
            by=by,
            subject=f"emergency:{uuid4()}",
        )
        row = EmergencyDisclosure.objects.get(disclosures=packet.id)
        due = clock.now() + REVIEW_WITHIN
        open_review(kind=ReviewKind.EMERGENCY_DISCLOSURE, person=person, obj=row, by=by, due_at=due)
        if emergency.late is not None:
            open_review(kind=ReviewKind.LATE_RECORD, person=person, obj=row, by=by, due_at=due)
        if packet.notices:
            open_review(kind=ReviewKind.RESTRICTION_OVERRIDE, person=person, obj=row, by=by, due_at=due)
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet
