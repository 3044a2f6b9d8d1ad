"""Complaints about privacy: from anybody, with or without a name, for the privacy officer alone."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import Language
from records.choices_rights import ComplaintStatus
from records.fields import EncryptedJSON, EncryptedText
from records.models.sealed import SealedModel


class Complaint(SealedModel):
    """One complaint under a data key of its own (42 CFR 2.4). It points at nobody, on purpose.

    No column leads to a person or to a member of staff it is about, so nothing can be held against who wrote.
    `details` holds what was typed: text, name, contact, suspicion.
    """

    reference = models.CharField(max_length=20, unique=True)
    details = EncryptedJSON()
    language = models.CharField(max_length=2, choices=Language.choices)
    status = models.CharField(max_length=8, choices=ComplaintStatus.choices, default=ComplaintStatus.NEW)
    received_at = models.DateTimeField(db_default=AppNow())
    answer = EncryptedText(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["status", "received_at"], name="records_complaint_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=Language.values, status__in=ComplaintStatus.values),
                name="records_complaint_words_known",
                violation_error_message="A complaint uses the agreed words.",
            ),
            models.CheckConstraint(
                condition=Q(status="new", answer__isnull=True, closed_at__isnull=True, closed_by__isnull=True)
                | Q(status="closed", answer__isnull=False, closed_at__isnull=False, closed_by__isnull=False),
                name="records_complaint_close_complete",
                violation_error_message="An answered complaint says when, by whom and what was done.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
