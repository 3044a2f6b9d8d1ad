"""Presence: who is in an assessment now, and where each of them was last."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.assessment import Assessment


class Presence(models.Model):
    """One user in one assessment: seen when and where, and the field they changed last. Names only."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="presence")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(db_default=AppNow())
    section = models.CharField(max_length=12)
    field = models.CharField(max_length=90, blank=True)
    edited_at = models.DateTimeField(null=True)
    edited_section = models.CharField(max_length=12, blank=True)
    edited_field = models.CharField(max_length=90, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "user"],
                name="intake_presence_one_per_user",
                violation_error_message="This person is here already.",
            )
        ]

    def __str__(self) -> str:
        return f"presence {self.pk}"
