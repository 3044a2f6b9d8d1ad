"""FollowUp: one call that is due after a stay with nights, and FollowUpTry: each try to make it."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.choices_follow_up import BY_SOMEONE, CallResult, FollowUpOutcome, FollowUpStep
from programs.models.admission import Admission
from records.fields import EncryptedJSON
from records.models import SealedModel


class FollowUp(SealedModel):
    """One follow-up of one stay. All of them are made with the discharge: the database demands it.

    It is open until it has an outcome, which is written once. `said` holds what was talked about, as
    {"naloxone": code, "note": text}; only a call that reached the person has it.
    """

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="follow_ups")
    step = models.CharField(max_length=3, choices=FollowUpStep.choices)
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=FollowUpOutcome.choices, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said = EncryptedJSON(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(done_at=None), name="programs_followup_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "step"],
                name="programs_followup_once",
                violation_error_message="This follow-up is on the list already.",
            ),
            models.CheckConstraint(
                condition=models.Q(step__in=FollowUpStep.values),
                name="programs_followup_step_known",
                violation_error_message="This is not one of the times to call.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True, outcome="")
                | models.Q(done_at__isnull=False, outcome__in=FollowUpOutcome.values),
                name="programs_followup_ends_once",
                violation_error_message="A follow-up that is over says when and how it ended.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_by__isnull=False) | ~models.Q(outcome__in=BY_SOMEONE),
                name="programs_followup_by_someone",
                violation_error_message="Say who made the call.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="reached", said__isnull=False)
                | ~models.Q(outcome="reached") & models.Q(said__isnull=True),
                name="programs_followup_said",
                violation_error_message="A call that reached the person says what was talked about.",
            ),
        ]


class FollowUpTry(models.Model):
    """One try to reach the person; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=13, choices=CallResult.choices)

    class Meta:
        indexes = [models.Index(fields=["follow_up", "-at"], name="programs_followuptry_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result__in=CallResult.values),
                name="programs_followuptry_known",
                violation_error_message="This result of a call is not known.",
            )
        ]

    def __str__(self) -> str:
        return f"follow-up try {self.pk}"
