"""The directory of partners by keyset, and one partner's history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from config.clock import center_day
from referrals.models import DirectoryImport, Facility, FacilityAgreement, FacilityContact, FacilityRevision

PAGE, COUNTED = 50, 500


@dataclass(frozen=True)
class DirectoryPage:
    """Partners by name, the address part that leads on ("" at the end), and how many there are in words."""

    rows: list[Facility]
    after: str
    count: str


def directory_page(facilities: QuerySet[Facility], after: str = "") -> DirectoryPage:
    """Return a page of partners by name; a mangled `after` begins anew."""
    counted = facilities.order_by().values("pk")[: COUNTED + 1].count()
    found = list(_after(facilities.order_by("recipient__name", "id"), after)[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    last = f"{found[-1].pk}~{found[-1].recipient.name}" if more else ""
    return DirectoryPage(found, last, f"{COUNTED}+" if counted > COUNTED else str(counted))


def _after(facilities: QuerySet[Facility], after: str) -> QuerySet[Facility]:
    number, _, name = after.partition("~")
    try:
        last = UUID(number)
    except ValueError:
        return facilities
    return facilities.filter(Q(recipient__name__gt=name) | Q(recipient__name=name, id__gt=last))


def with_parts(facilities: QuerySet[Facility]) -> QuerySet[Facility]:
    """Add what stands around a partner now: contacts and agreements that have not ended."""
    contacts = FacilityContact.objects.filter(ended_at=None).order_by("role", "added_at")
    agreements = FacilityAgreement.objects.filter(ended_at=None).order_by("-begins_on", "id")
    return facilities.prefetch_related(
        Prefetch("contacts", contacts, "live_contacts"), Prefetch("agreements", agreements, "live_agreements")
    )


def revisions_of(facility: Facility) -> QuerySet[FacilityRevision]:
    """Every revision of a partner, the newest first."""
    return facility.revisions.select_related("changed_by").order_by("-number")


def reports_of(facility: Facility) -> QuerySet[Any]:
    """What this partner said about open beds, the newest first."""
    return facility.capacity_reports.order_by("-reported_at", "-id")


def confirmations_of(facility: Facility) -> QuerySet[Any]:
    """Who confirmed this partner's facts, the newest first."""
    return facility.confirmations.select_related("confirmed_by").order_by("-confirmed_at", "-id")


def agreement_state(agreement: FacilityAgreement, now: datetime) -> str:
    """Say whether an agreement is in force on the day of `now`."""
    day = center_day(now)
    if agreement.begins_on > day:
        return "Not begun"
    if agreement.ends_on is not None and agreement.ends_on < day:
        return "Ended"
    return "In force"


def imports_for(user: Any) -> QuerySet[DirectoryImport]:
    """The files that were loaded, the newest first, for who may load; the files themselves stay unread."""
    if not user.has_perm("referrals.facility_change"):
        return DirectoryImport.objects.none()
    rows = DirectoryImport.objects.defer("content").select_related("requested_by")
    return rows.order_by("-requested_at", "id")
