"""SafetyCheck: one asking of the safety questions."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.episode import Episode
from records.fields import EncryptedJSON
from records.models import SealedModel


class SafetyCheck(SealedModel):
    """One asking of the safety questions; a trigger keeps it as it was, except that a disposition is added.

    `emergency`: an answer was yes. `unsure`: one was not sure. `complete`: every question was asked.
    `disposition`: what was done about the emergency, as {"actions": [...], "note": text}.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="safety_checks")
    asked_at = models.DateTimeField(db_default=AppNow(), editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = EncryptedJSON()
    emergency = models.BooleanField()
    unsure = models.BooleanField()
    complete = models.BooleanField()
    disposition = EncryptedJSON(null=True)
    disposition_at = models.DateTimeField(null=True)
    disposition_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-asked_at"], name="intake_safety_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    disposition__isnull=True, disposition_at__isnull=True, disposition_by__isnull=True
                )
                | models.Q(
                    disposition__isnull=False, disposition_at__isnull=False, disposition_by__isnull=False
                ),
                name="intake_safetycheck_disposition_complete",
                violation_error_message="A disposition says what was done, when and by whom.",
            ),
            models.CheckConstraint(
                condition=models.Q(emergency=True) | models.Q(disposition__isnull=True),
                name="intake_safetycheck_disposition_of_emergency",
                violation_error_message="Only an emergency has a disposition.",
            ),
        ]

    @property
    def waits_for_disposition(self) -> bool:
        """Whether somebody still has to write down what was done."""
        return self.emergency and self.disposition_at is None
