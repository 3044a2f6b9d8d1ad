"""Scoped reads of the registers behind the door."""

from typing import Any

from django.db.models import QuerySet

from records.choices_door import AgreementKind
from records.models import Agreement, CourtOrder, LegalRequest, Mandate


def legal_requests_for(user: Any) -> QuerySet[LegalRequest]:
    """Return the legal requests, most urgent first, for those who answer them."""
    rows = LegalRequest.objects.select_related("data_key")
    return rows.order_by("answer_by", "received_at", "id") if _answers(user) else rows.none()


def orders_for(user: Any) -> QuerySet[CourtOrder]:
    """Return the court orders, newest first, for those who answer them."""
    rows = CourtOrder.objects.select_related("data_key", "recipient", "person__data_key")
    return rows.order_by("-recorded_at", "id") if _answers(user) else rows.none()


def mandates_for(user: Any) -> QuerySet[Mandate]:
    """Return the subpoenas and similar mandates, newest first, for those who answer them."""
    rows = Mandate.objects.select_related("data_key", "recipient", "person__data_key", "order")
    return rows.order_by("-recorded_at", "id") if _answers(user) else rows.none()


def agreements_for(user: Any) -> QuerySet[Agreement]:
    """Return the written agreements without their papers, for those who keep them."""
    rows = Agreement.objects.select_related("data_key", "recipient").defer("content")
    found = rows if user.has_perm("records.agreement_manage") else rows.none()
    return found.order_by("-ends_on", "id")


def agreements_to_share_on(user: Any) -> QuerySet[Agreement]:
    """Return the agreements that have not been ended and on which `user` may share."""
    rows = Agreement.objects.select_related("data_key", "recipient").defer("content").filter(ended_at=None)
    if not user.has_perm("records.agreement_share"):
        kinds = [AgreementKind.QSO] if user.has_perm("records.qso_share") else []
        rows = rows.filter(kind__in=kinds)
    return rows.order_by("recipient__name", "id")


def _answers(user: Any) -> bool:
    return user.has_perm("records.legal_manage")
