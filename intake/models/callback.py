"""Callback: somebody has to be called back soon, because a call ended before it was done."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices import CallbackReason, CallbackResult
from intake.models.episode import Episode


class Callback(models.Model):
    """One promise of ours to call back. `section` and `field` say where the call ended, `seconds_in` when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="callbacks")
    reason = models.CharField(max_length=10, choices=CallbackReason.choices)
    opened_at = models.DateTimeField(db_default=AppNow(), editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    section = models.CharField(max_length=12, blank=True)
    field = models.CharField(max_length=90, blank=True)
    seconds_in = models.PositiveIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(done_at__isnull=True), name="intake_callback_open"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "reason"],
                condition=models.Q(done_at__isnull=True),
                name="intake_callback_one_open",
                violation_error_message="This call back is on the list already.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="intake_callback_done_by_someone",
                violation_error_message="A call back that is done says when and by whom.",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=CallbackReason.values),
                name="intake_callback_reason_known",
                violation_error_message="This reason to call back is not known.",
            ),
        ]

    def __str__(self) -> str:
        return f"callback {self.pk}"


class CallbackTry(models.Model):
    """One try to reach somebody; append-only. Only a call that reached them ends the promise."""

    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=CallbackResult.choices)

    class Meta:
        indexes = [models.Index(fields=["callback", "-at"], name="intake_callbacktry_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=CallbackResult.values),
                name="intake_callbacktry_result_known",
                violation_error_message="This result of a call is not known.",
            )
        ]

    def __str__(self) -> str:
        return f"callback try {self.pk}"
