"""MandatedReport: a report that 2.12(c)(5) or (c)(6) allows, with the permitted facts and nothing more."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Medium
from records.choices_door import ReportKind
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel
from records.sealed_rules import filled


class MandatedReport(SealedModel):
    """What an authority was told: the incident, whether it is somebody in care, name, address, whereabouts.

    There is no column for anything else, and none for a document. Append-only.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=12, choices=ReportKind.choices)
    authority = EncryptedText()
    circumstances = EncryptedText()
    status_told = models.BooleanField(default=False)
    name_told = EncryptedText(null=True)
    address_told = EncryptedText(null=True)
    whereabouts_told = EncryptedText(null=True)
    medium = models.CharField(max_length=12, choices=Medium.choices)
    reported_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-reported_at"], name="records_report_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=filled("authority", "circumstances"),
                name="records_mandatedreport_facts",
                violation_error_message="A report says to whom it went and what happened.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values),
                name="records_mandatedreport_kind_known",
                violation_error_message="Select which report it is.",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__lte=F("recorded_at") + timedelta(minutes=1)),
                name="records_mandatedreport_past",
                violation_error_message="The time can't be in the future.",
            ),
        ]
