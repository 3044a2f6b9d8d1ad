"""ReportedUse: a use that somebody told us of outside the assessment."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.episode import Episode
from records.fields import EncryptedJSON
from records.models import SealedModel


class ReportedUse(SealedModel):
    """One use reported at any time in an episode, also after the decision froze the answers. Append-only.

    `last_use_latest` is the upper bound of its time, plain because the admission gate judges by it; a trigger
    keeps the episode's own bound at or after it. `details`: {"substance": words, "note": text}.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="reported_uses")
    last_use_latest = models.DateTimeField()
    details = EncryptedJSON()
    reported_at = models.DateTimeField(db_default=AppNow(), editable=False)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-reported_at"], name="intake_reporteduse_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_use_latest__lte=models.F("reported_at")),
                name="intake_reporteduse_not_in_future",
                violation_error_message="A use is reported after it happened.",
            ),
        ]
