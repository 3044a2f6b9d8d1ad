"""Scoped reads of what left without consent."""

from typing import Any

from django.db.models import Q, QuerySet

from records.choices_door import BasisCode
from records.models import Disclosure
from records.queries.people import people_for


def packets_for(user: Any) -> QuerySet[Disclosure]:
    """Return the disclosures without consent that `user` made, or of people whose records they may open."""
    if not user.has_perm("records.disclosure_read"):
        return Disclosure.objects.none()
    rows = Disclosure.objects.exclude(basis=BasisCode.CONSENT)
    rows = rows.filter(Q(person__in=people_for(user)) | Q(by_kind="staff", by_id=user.pk))
    return rows.select_related("person__data_key", "data_key", "emergency__data_key")
