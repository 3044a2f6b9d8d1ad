"""ReviewClaim: which clinician is reviewing an assessment now."""

from django.conf import settings
from django.db import models

from intake.models import Assessment


class ReviewClaim(models.Model):
    """Who reviews an assessment, since when, and until when that holds unless it is renewed.

    One row for each assessment, rewritten; who had it before is in the trail, the last one also here
    (`taken_from`, when somebody took it over while it held). It holds ids and times alone.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="claim")
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    taken_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="programs_reviewclaim_ends_after_it_begins",
                violation_error_message="A review ends after it began.",
            )
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"
