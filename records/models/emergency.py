"""EmergencyDisclosure: what 42 CFR 2.51(c) wants written down right after medical staff were told."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Medium
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel
from records.sealed_rules import filled

# What is written down later than this is a late record and says why (2.51(c): "immediately following").
RIGHT_AFTER = timedelta(minutes=30)


class EmergencyDisclosure(SealedModel):
    """Who was told, by whom, when, in what emergency, and why consent could not be had. Append-only.

    `told` is what was said when it is written down afterwards; otherwise the packet itself is kept in the
    accounting row. `told_at` may lie `RIGHT_AFTER` back; earlier is late and needs its reason.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="emergencies")
    personnel_name = EncryptedText()
    personnel_affiliation = EncryptedText()
    discloser_name = EncryptedText()
    nature = EncryptedText()
    no_consent_why = EncryptedText()
    medium = models.CharField(max_length=12, choices=Medium.choices)
    told_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    late_reason = EncryptedText(null=True)
    told = EncryptedText(null=True)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-told_at"], name="records_emergency_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=filled(
                    "personnel_name", "personnel_affiliation", "discloser_name", "nature", "no_consent_why"
                ),
                name="records_emergencydisclosure_facts",
                violation_error_message="Fill in who was told, where they work, and what the emergency is.",
            ),
            models.CheckConstraint(
                condition=Q(medium__in=[Medium.PHONE, Medium.PRINT]),
                name="records_emergencydisclosure_medium",
                violation_error_message="In an emergency, tell it by phone or print it.",
            ),
            models.CheckConstraint(
                condition=Q(
                    late=False,
                    late_reason__isnull=True,
                    told__isnull=True,
                    told_at__gte=F("recorded_at") - RIGHT_AFTER,
                )
                | Q(late=True) & filled("late_reason", "told"),
                name="records_emergencydisclosure_late",
                violation_error_message="What is written down later says why, and what was told.",
            ),
            models.CheckConstraint(
                condition=Q(told_at__lte=F("recorded_at") + timedelta(minutes=1)),
                name="records_emergencydisclosure_past",
                violation_error_message="The time can't be in the future.",
            ),
        ]
