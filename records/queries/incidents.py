"""Scoped reads of the incident register."""

from typing import Any

from django.db.models import QuerySet

from records.models import Disclosure, Incident, IncidentDuty, IncidentPerson, IncidentTask, Person
from records.queries.consents import disclosures_for


def incidents_for(user: Any) -> QuerySet[Incident]:
    """Return the incidents `user` may open: all for who keeps the register, else what they reported."""
    found = Incident.objects.select_related("data_key", "reported_by", "proposed_by", "decided_by")
    if user.has_perm("records.incident_handle"):
        return found.order_by("-discovered_at", "-id")
    if user.has_perm("records.incident_report"):
        return found.filter(reported_by=user.pk).order_by("-discovered_at", "-id")
    return found.none()


def undecided_incidents(user: Any) -> QuerySet[Incident]:
    """Return the incidents that wait for a decision, oldest first."""
    return incidents_for(user).filter(decided_at=None).order_by("discovered_at", "id")


def due_duties(user: Any) -> QuerySet[IncidentDuty]:
    """Return the reports that are owed, the earliest first; for who keeps the register."""
    rows = IncidentDuty.objects.select_related("incident").filter(done_at=None).order_by("due_on", "id")
    return rows if user.has_perm("records.incident_handle") else rows.none()


def tasks_of(user: Any) -> QuerySet[IncidentTask]:
    """Return the steps of the checklists of the incidents `user` may open."""
    return IncidentTask.objects.filter(incident__in=incidents_for(user).order_by())


def affected_of(user: Any) -> QuerySet[IncidentPerson]:
    """Return the people of the register, for who keeps it."""
    rows = IncidentPerson.objects.select_related("data_key", "person__data_key", "incident__data_key")
    return rows if user.has_perm("records.incident_handle") else rows.none()


def disclosures_to_report(user: Any) -> QuerySet[Disclosure]:
    """Return the accounting rows that `user` may report as sent to the wrong recipient."""
    return disclosures_for(user).select_related("person__data_key")


def person_by_reference(user: Any, reference: str) -> Person | None:
    """Return the person of a spoken reference, for who keeps the register; None when there is none."""
    if not user.has_perm("records.incident_handle"):
        return None
    return Person.objects.filter(reference=reference.strip().upper()).first()
