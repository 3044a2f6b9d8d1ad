"""The partner directory: adding and changing partners, and what they say about open beds."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config.db import refusal_code
from config.errors import Refused
from programs.rules.clearance import npi_fits
from records.choices import RecipientKind
from records.models import Recipient
from referrals.choices import CapacitySource
from referrals.models import CapacityReport, Facility

FIELDS = frozenset(
    {
        "npi", "levels", "withdrawal_yes", "withdrawal_no", "medications", "payers", "languages", "pregnancy",
        "unit", "age_min", "age_max", "hours_24", "beds_total", "channel", "coordinator", "phone", "fax",
        "email", "address", "caution", "checked_on",
    }
)  # fmt: skip


@transaction.atomic
def add_facility(*, name: str, legal_status: str, by: Any, **fields: Any) -> Facility:
    """Add a partner and the recipient that consents can name. Raises Refused for what doesn't fit."""
    _may(by, "referrals.facility_change")
    _check(fields)
    try:
        with transaction.atomic():
            recipient = Recipient.objects.create(
                name=name, kind=RecipientKind.FACILITY, legal_status=legal_status
            )
    except IntegrityError as error:
        if refusal_code(error) != "records_recipient_name":
            raise
        raise Refused("name_taken", "A partner with this name is in the directory", field="name") from error
    facility = Facility.objects.create(recipient=recipient, **fields)
    record("facility.added", by=by, obj=facility, fields=list(fields))
    return facility


@transaction.atomic
def change_facility(*, facility: Facility, by: Any, **fields: Any) -> Facility:
    """Change what is known about a partner. Raises Refused for what doesn't fit."""
    _may(by, "referrals.facility_change")
    facility = Facility.objects.select_for_update().get(pk=facility.pk)
    _check(fields)
    changed = [name for name, value in fields.items() if getattr(facility, name) != value]
    for name in changed:
        setattr(facility, name, fields[name])
    facility.save()
    record("facility.changed", by=by, obj=facility, fields=changed)
    return facility


@transaction.atomic
def report_capacity(
    *, facility: Facility, beds_open: int, by: Any, now: datetime, said_by: str = ""
) -> CapacityReport:
    """Keep how many beds a partner says are open, now. More than it has is refused."""
    partner = Actor.of(by).kind == ActorKind.PARTNER
    if not partner:
        _may(by, "referrals.capacity_report")
    if facility.beds_total is not None and beds_open > facility.beds_total:
        raise Refused("beds", f"They have {facility.beds_total} beds in all", field="beds_open")
    report = CapacityReport.objects.create(
        facility=facility,
        beds_open=beds_open,
        reported_at=now,
        source=CapacitySource.LINK if partner else CapacitySource.PHONE,
        said_by=said_by,
    )
    record("facility.capacity_reported", by=by, obj=report, facility=facility.pk, beds=beds_open)
    return report


def _may(by: Any, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied


def _check(fields: dict) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"no such field: {sorted(unknown)}")
    if fields.get("npi") and not npi_fits(fields["npi"]):
        raise Refused("npi", "NPI must have 10 digits and the right last digit", field="npi")
    if fields.get("channel") == "link" and not fields.get("email"):
        raise Refused("email", "Enter an e-mail address for a partner reached by link", field="email")
    if set(fields.get("withdrawal_yes", ())) & set(fields.get("withdrawal_no", ())):
        raise Refused("withdrawal", "One kind of withdrawal is in both lists", field="withdrawal_no")
