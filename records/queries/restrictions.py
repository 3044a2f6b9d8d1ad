"""Scoped reads of the limits that people ask for."""

from typing import Any

from django.db.models import QuerySet

from records.choices_door import RestrictionStatus
from records.models import Restriction
from records.queries.consents import people_with_consents_for


def restrictions_for(user: Any) -> QuerySet[Restriction]:
    """Return the limits of the people whose records `user` may open; the privacy officer sees all."""
    if not user.has_perm("records.restriction_read"):
        return Restriction.objects.none()
    rows = Restriction.objects.select_related("data_key", "person__data_key")
    return rows.filter(person__in=people_with_consents_for(user)).order_by("-asked_at", "id")


def undecided_restrictions(user: Any) -> QuerySet[Restriction]:
    """Return the requests that wait for a decision, what is due first on top."""
    return restrictions_for(user).filter(status=RestrictionStatus.ASKED).order_by("due_at", "id")
