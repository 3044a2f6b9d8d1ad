"""ClearanceWarning: when the worker is told that a clearance ends soon."""

import uuid

from django.db import models

from programs.models.clearance import MedicalClearance
from programs.rules.clearance import WARN_HOURS


class ClearanceWarning(models.Model):
    """One warning before a clearance ends. A sweep settles what is due, once; it tells the closest alone.

    `hours`: how long before the end. `told`: a message was written; false when nothing was left to warn of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clearance = models.ForeignKey(MedicalClearance, on_delete=models.PROTECT, related_name="warnings")
    hours = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    told = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(settled_at=None),
                name="programs_clearancewarning_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["clearance", "hours"],
                name="programs_clearancewarning_once",
                violation_error_message="This warning is there already.",
            ),
            models.CheckConstraint(
                condition=models.Q(hours__in=list(WARN_HOURS)),
                name="programs_clearancewarning_known",
                violation_error_message="A warning is due at one of the set hours before the end.",
            ),
            models.CheckConstraint(
                condition=models.Q(told=False) | models.Q(settled_at__isnull=False),
                name="programs_clearancewarning_settled",
                violation_error_message="A warning that was told says when.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours} h before"
