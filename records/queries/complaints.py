"""Reads of complaints, for the privacy officer alone."""

from typing import Any

from django.db.models import QuerySet

from records.models import Complaint


def complaints_for(user: Any) -> QuerySet[Complaint]:
    """Return the complaints, those that wait first, the oldest on top; nobody else gets any."""
    rows = Complaint.objects.select_related("data_key", "closed_by").order_by("-status", "received_at", "id")
    return rows if user.has_perm("records.complaint_handle") else rows.none()
