"""Scoped reads of what left without consent."""

from typing import Any

from django.db.models import QuerySet

from records.choices_door import BasisCode
from records.models import Disclosure
from records.queries.people import people_for


def packets_for(user: Any) -> QuerySet[Disclosure]:
    """Return the disclosures without consent that `user` may open; the privacy officer oversees them all."""
    if not user.has_perm("records.packet_read"):
        return Disclosure.objects.none()
    rows = Disclosure.objects.exclude(basis=BasisCode.CONSENT)
    if not user.has_perm("records.consent_oversee"):
        rows = rows.filter(person__in=people_for(user))
    return rows.select_related(
        "person__data_key", "data_key", "emergency__data_key", "order__data_key", "mandate__data_key",
        "agreement__data_key", "identity_check__data_key",
    )  # fmt: skip
