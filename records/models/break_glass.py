"""BreakGlass: one record that was opened in an emergency by somebody whose list it is not on."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from records.choices import EmergencyReason
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel

LASTS = timedelta(minutes=30)


class BreakGlass(SealedModel):
    """Opens one record for one user for 30 minutes. Closed once, never lengthened, changed or deleted."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reason = models.CharField(max_length=12, choices=EmergencyReason.choices)
    words = EncryptedText()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["user", "-opened_at"], name="records_breakglass_of_user")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(closed_at__isnull=True),
                name="records_breakglass_one_each",
                violation_error_message="You have another record open in an emergency.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=EmergencyReason.values),
                name="records_breakglass_reason_known",
                violation_error_message="Select the reason.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LASTS),
                name="records_breakglass_half_an_hour",
                violation_error_message="A record opens for 30 minutes at most.",
            ),
        ]

    def minutes_left_at(self, now: datetime) -> int:
        """Return whole minutes until it ends, rounded up."""
        return max(0, -(-(self.ends_at - now) // timedelta(minutes=1)))
