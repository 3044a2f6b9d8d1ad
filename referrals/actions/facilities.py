"""The partner directory: adding and changing partners, and what they say about open beds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actions import record
from audit.actors import Actor
from audit.choices import ActorKind
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.npi import npi_fits
from records.actions.standing import end_evidence, keep_evidence
from records.choices import RecipientKind
from records.models import Recipient, StatusEvidence
from referrals.choices import CapacitySource, ContactChannel, FacilitySource
from referrals.facility_facts import FIELDS, OF_RECIPIENT
from referrals.models import (
    CapacityReport,
    Facility,
    FacilityAgreement,
    FacilityConfirmation,
    FacilityContact,
)


@transaction.atomic
def add_facility(*, name: str, legal_status: str, by: Any, **fields: Any) -> Facility:
    """Add a partner and the recipient that consents can name. Raises Refused for what doesn't fit."""
    _may(by, "referrals.facility_change")
    return create_facility(name=name, legal_status=legal_status, by=by, **fields)


def create_facility(
    *, name: str, legal_status: str, by: Any, outside: bool = False, **fields: Any
) -> Facility:  # fmt: skip  # fmt: skip
    """Write a partner and its recipient for an action that has checked who may. Raises Refused."""
    _check(fields)
    with _name_free():
        recipient = Recipient.objects.create(
            name=name.strip(), kind=RecipientKind.FACILITY, legal_status=legal_status
        )
    facility = Facility.objects.create(recipient=recipient, changed_by=by, outside=outside, **fields)
    record("facility.added", by=by, obj=facility, fields=list(fields))
    return facility


@transaction.atomic
def change_facility(*, facility: Facility, seen: int, by: Any, **facts: Any) -> Facility:
    """Change what is known about a partner; the change is its next revision.

    `seen` is the revision that the form showed. `name`, `legal_status` and `active` are its recipient's; an
    old name stays as an alias, since consents name it. One from outside the network is a partner from then
    on. Raises Conflict when somebody changed it since,
    Refused for what doesn't fit and when nothing is different.
    """
    _may(by, "referrals.facility_change")
    facility = lock_facility(facility.pk, seen)
    recipient = {name: facts.pop(name) for name in OF_RECIPIENT if name in facts}
    _check(facts)
    changed = [name for name, value in facts.items() if getattr(facility, name) != value]
    renamed = _change_recipient(facility.recipient, recipient)
    if "legal_status" in renamed:
        end_evidence(recipient=facility.recipient, by=by, now=clock.now())
    if not changed and not renamed:
        raise Refused("nothing_changed", "Nothing is different. Change something, or go back")
    for name in changed:
        setattr(facility, name, facts[name])
    if facility.source == FacilitySource.IMPORT:
        facility.source = FacilitySource.STAFF
    facility.revision, facility.changed_by, facility.outside = facility.revision + 1, by, False
    facility.save()
    record("facility.changed", by=by, obj=facility, fields=changed + renamed, revision=facility.revision)
    return facility


def lock_facility(facility_id: UUID, seen: int) -> Facility:
    """Lock a partner at the revision that was seen, or raise Conflict with who changed it since."""
    facility = (
        Facility.objects.select_for_update(of=("self",))
        .select_related("recipient", "changed_by")
        .get(pk=facility_id)
    )
    if facility.revision != seen:
        who = facility.changed_by.display_name if facility.changed_by else "Somebody"
        raise Conflict(f"{who} changed this partner while you were writing.")
    return facility


def _change_recipient(recipient: Recipient, facts: dict[str, Any]) -> list[str]:
    changed = [name for name, value in facts.items() if getattr(recipient, name) != value]
    if not changed:
        return []
    if "name" in changed and recipient.name not in recipient.aliases:
        recipient.aliases = [*recipient.aliases, recipient.name]
    for name in changed:
        setattr(recipient, name, facts[name])
    with _name_free():
        recipient.save()
    return changed


@transaction.atomic
def show_legal_status(
    *,
    facility: Facility,
    seen: int,
    status: str,
    paper: str,
    kept_at: str,
    checked_on: date,
    valid_until: date | None,
    by: Any,
    now: datetime,
) -> StatusEvidence:
    """Keep what a partner is under the law, with the paper that shows it; the partner's next revision.

    Raises Conflict when somebody changed the partner since, Refused for what `keep_evidence` refuses.
    """
    _may(by, "referrals.facility_change")
    facility = lock_facility(facility.pk, seen)
    kept = keep_evidence(
        recipient=facility.recipient, status=status, paper=paper, kept_at=kept_at, checked_on=checked_on,
        valid_until=valid_until, by=by, now=now,
    )  # fmt: skip
    _change_recipient(facility.recipient, {"legal_status": status})
    facility.revision, facility.changed_by = facility.revision + 1, by
    facility.save(update_fields=["revision", "changed_by"])
    record("facility.status_shown", by=by, obj=facility, status=status, revision=facility.revision)
    return kept


@transaction.atomic
def confirm_facts(*, facility: Facility, seen: int, by: Any, now: datetime) -> FacilityConfirmation:
    """Keep that a partner's facts, as of the revision that was seen, are still true today.

    What an import brought counts as checked by us from then on. Raises Conflict when somebody changed or
    confirmed it since.
    """
    _may(by, "referrals.facility_change")
    facility = lock_facility(facility.pk, seen)
    kept = FacilityConfirmation.objects.create(
        facility=facility, revision=seen, confirmed_by=by, confirmed_at=now
    )
    facility.checked_on = center_day(now)
    if facility.source == FacilitySource.IMPORT:
        facility.source = FacilitySource.STAFF
    facility.revision, facility.changed_by = facility.revision + 1, by
    facility.save(update_fields=["checked_on", "source", "revision", "changed_by"])
    record("facility.confirmed", by=by, obj=facility, revision=seen)
    return kept


@contextmanager
def _name_free() -> Iterator[None]:
    """Turn a name that another partner has into a refusal on its field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if refusal_code(error) != "records_recipient_name":
            raise
        raise Refused("name_taken", "A partner with this name is in the directory", field="name") from error


@transaction.atomic
def add_contact(*, facility: Facility, by: Any, **given: Any) -> FacilityContact:
    """Add somebody at a partner: role, name, channel and number or address."""
    _may(by, "referrals.facility_change")
    if given["channel"] == ContactChannel.EMAIL and "@" not in given["reach"]:
        raise Refused("reach", "Enter an e-mail address, such as intake@example.org", field="reach")
    contact = FacilityContact.objects.create(facility=facility, added_by=by, **given)
    record("facility.contact_added", by=by, obj=contact, facility=facility.pk, role=contact.role)
    return contact


@transaction.atomic
def add_agreement(*, facility: Facility, by: Any, **given: Any) -> FacilityAgreement:
    """Add what was agreed in writing: kind, from and until. Raises Refused for days that don't fit."""
    _may(by, "referrals.facility_change")
    if given.get("ends_on") and given["ends_on"] < given["begins_on"]:
        raise Refused("ends_on", "The end must be on or after the beginning", field="ends_on")
    agreement = FacilityAgreement.objects.create(facility=facility, added_by=by, **given)
    record("facility.agreement_added", by=by, obj=agreement, facility=facility.pk, kind=agreement.kind)
    return agreement


@transaction.atomic
def end_part(*, part: FacilityContact | FacilityAgreement, by: Any, now: datetime) -> None:
    """End a contact or an agreement; it stays in the history. Raises Conflict when it has ended."""
    _may(by, "referrals.facility_change")
    locked = type(part).objects.select_for_update().get(pk=part.pk)
    if locked.ended_at is not None:
        raise Conflict("This was ended already.")
    locked.ended_at = now
    locked.save(update_fields=["ended_at"])
    record("facility.part_ended", by=by, obj=locked, facility=locked.facility_id)


@transaction.atomic
def report_capacity(
    *,
    facility: Facility,
    beds_open: int,
    by: Any,
    now: datetime,
    said_by: str = "",
    women_only: int | None = None,
    men_only: int | None = None,
) -> CapacityReport:
    """Keep how many beds a partner says are open, now. More than it has is refused.

    `women_only` and `men_only` are how many of them are for nobody else; None when that was not said.
    """
    partner = Actor.of(by).kind == ActorKind.PARTNER
    if not partner:
        _may(by, "referrals.capacity_report")
    if facility.beds_total is not None and beds_open > facility.beds_total:
        raise Refused(
            "beds", _("They have %(n)s beds in all") % {"n": facility.beds_total}, field="beds_open"
        )
    if (women_only or 0) + (men_only or 0) > beds_open:
        raise Refused("kinds", _("Beds for women and for men can't be more than all open"), field="beds_open")
    report = CapacityReport.objects.create(
        facility=facility,
        beds_open=beds_open,
        women_only=women_only,
        men_only=men_only,
        reported_at=now,
        source=CapacitySource.LINK if partner else CapacitySource.PHONE,
        said_by=said_by,
    )
    record("facility.capacity_reported", by=by, obj=report, facility=facility.pk, beds=beds_open)
    return report


def still_the_same(*, facility: Facility, by: Any, now: datetime) -> CapacityReport | None:
    """Report again what was said last about open beds; nothing when nothing was ever said."""
    last = facility.capacity_reports.order_by("-reported_at", "-id").first()
    if last is None:
        return None
    return report_capacity(
        facility=facility,
        beds_open=last.beds_open,
        women_only=last.women_only,
        men_only=last.men_only,
        by=by,
        now=now,
    )


def _may(by: Any, permission: str) -> None:
    if not by.has_perm(permission):
        raise PermissionDenied


def _check(fields: dict) -> None:
    unknown = set(fields) - {*FIELDS}
    if unknown:
        raise TypeError(f"no such field: {sorted(unknown)}")
    if fields.get("npi") and not npi_fits(fields["npi"]):
        raise Refused("npi", "NPI must have 10 digits and the right last digit", field="npi")
    if fields.get("channel") == "link" and not fields.get("email"):
        raise Refused("email", "Enter an e-mail address for a partner reached by link", field="email")
    if set(fields.get("withdrawal_yes", ())) & set(fields.get("withdrawal_no", ())):
        raise Refused("withdrawal", "One kind of withdrawal is in both lists", field="withdrawal_no")
    if set(fields.get("medications", ())) & set(fields.get("medications_no", ())):
        raise Refused("medications", "One medicine is in both lists", field="medications_no")
    if (fields.get("admits_from") is None) != (fields.get("admits_until") is None):
        raise Refused("hours", "Enter both times, or neither", field="admits_until")
    youngest, oldest = fields.get("age_min"), fields.get("age_max")
    if youngest is not None and oldest is not None and oldest < youngest:
        raise Refused("ages", "The oldest age can't be below the youngest", field="age_max")
