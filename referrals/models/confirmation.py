"""FacilityConfirmation: somebody asked a partner, and what we know of it was still true."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow


class FacilityConfirmation(models.Model):
    """Who confirmed which revision of a partner's facts, and when. Only added.

    `revision` is what was seen and found true; the confirmation itself sets `checked_on`, which is the next
    one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey("referrals.Facility", on_delete=models.PROTECT, related_name="confirmations")
    revision = models.PositiveIntegerField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(db_default=AppNow())

    class Meta:
        indexes = [
            models.Index(fields=["facility", "-confirmed_at"], name="referrals_confirmed_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "revision"],
                name="referrals_facilityconfirmation_once",
                violation_error_message="This was confirmed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"confirmation of revision {self.revision} of facility {self.facility_id}"
