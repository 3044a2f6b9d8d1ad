"""StatusEvidence: the paper that shows what a recipient is under 42 CFR 2.33."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import LegalStatus, StatusPaper
from records.models.recipient import Recipient


class StatusEvidence(models.Model):
    """Which paper shows a legal status, where it is kept, who checked it, when, and until when it holds.

    One is in force for each recipient; the next one ends it. Nothing else of a row ever changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="evidence")
    status = models.CharField(max_length=30, choices=LegalStatus.choices)
    paper = models.CharField(max_length=20, choices=StatusPaper.choices)
    kept_at = models.CharField(max_length=200)
    checked_on = models.DateField()
    valid_until = models.DateField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=AppNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(ended_at=None),
                name="records_statusevidence_one",
                violation_error_message="Another paper is in force.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("checked_on")),
                name="records_statusevidence_days",
                violation_error_message="A paper can't have ended before it was checked.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=LegalStatus.values) & Q(paper__in=StatusPaper.values) & ~Q(kept_at=""),
                name="records_statusevidence_told",
                violation_error_message="Evidence says what it shows, by which paper, and where.",
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.id}"
