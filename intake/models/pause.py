"""Pause: what was said when a person stopped for now, and when they may be called."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_pause import PauseResult
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


class Pause(SealedModel):
    """One pause of an episode (features D16). A trigger lets only the day to call and the end change.

    `said` has the person's own words, the safe contact, and what came of naloxone and tolerance.
    `follow_up_on`: the day on which they want to be called; none: no call is due. `ended_at`: resumed.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="pauses")
    said = EncryptedJSON()
    follow_up_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["follow_up_on", "id"],
                condition=models.Q(ended_at__isnull=True, follow_up_on__isnull=False),
                name="intake_pause_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(ended_at__isnull=True),
                name="intake_pause_one_open",
                violation_error_message="This episode is paused already.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(follow_up_on__isnull=True),
                name="intake_pause_over_is_quiet",
                violation_error_message="A pause that is over asks for no call.",
            ),
        ]


class PauseCall(SealedModel):
    """One call after a pause, and how it went; append-only."""

    pause = models.ForeignKey(Pause, on_delete=models.PROTECT, related_name="calls")
    result = models.CharField(max_length=12, choices=PauseResult.choices)
    words = EncryptedText(null=True)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=PauseResult.values),
                name="intake_pausecall_result_known",
                violation_error_message="This result is not known.",
            )
        ]
