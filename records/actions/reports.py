"""Reports that the law allows, written down through the door: one accounting row, no chart."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from outbox.submit import once
from records.choices_door import SharedFor
from records.disclose import Packet, disclose, refusals_recorded
from records.door.reports import MandatedReportBasis
from records.models import Person


def make_report(
    *, person: Person, report: MandatedReportBasis, medium: str, by: Any, submit_key: UUID | None = None
) -> Packet:
    """Write down a report with the permitted facts. Raises NotPermitted and AlreadyDone."""
    with refusals_recorded(by=by, person=person, basis=report.code), transaction.atomic():
        key = once(submit_key, scope="report.make", by=by) if submit_key else None
        packet = disclose(
            person=person, recipient=None, basis=report, purpose=SharedFor.REPORT, sections={},
            medium=medium, by=by, subject=f"report:{uuid4()}",
        )  # fmt: skip
        if key:
            key.done(reverse("records:disclosure", args=[packet.id]))
    return packet
