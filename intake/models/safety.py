"""SafetyCheck: one asking of the safety questions, what was added to it, and the screens confirmed."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices import Screen
from intake.models.episode import Episode
from intake.models.paper_form import PaperForm
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


class SafetyCheck(SealedModel):
    """One asking of the safety questions; a trigger keeps it as it was, except that a disposition is added.

    `emergency`: an answer was yes. `unsure`: one was not sure. `complete`: every question was asked.
    `paper`: the form that it was entered from; `asked_at` is then the time on the paper.
    `disposition`: what was done about the emergency, as {"actions": [...], "note": text}.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="safety_checks")
    asked_at = models.DateTimeField(db_default=AppNow(), editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paper = models.ForeignKey(PaperForm, on_delete=models.PROTECT, null=True, related_name="safety_checks")
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
        indexes = [
            models.Index(fields=["episode", "-asked_at"], name="intake_safety_latest"),
            models.Index(
                fields=["asked_at"],
                condition=models.Q(emergency=True, disposition_at__isnull=True),
                name="intake_safety_waiting",
            ),
        ]
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


class SafetyAddition(SealedModel):
    """What a clinician or supervisor adds to an emergency afterwards, with a reason; append-only.

    `not_emergency`: it was none after all. The yes and what was done stay as they are.
    """

    safety_check = models.ForeignKey(SafetyCheck, on_delete=models.PROTECT, related_name="additions")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    not_emergency = models.BooleanField()
    reason = EncryptedText()

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["safety_check", "at"], name="intake_addition_in_order")]


class ScreenConfirmed(SealedModel):
    """Somebody read an interrupting screen and did what it says; append-only.

    `answers` are those that led to it: the screen comes back only when they change.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="screens_confirmed")
    screen = models.CharField(max_length=12, choices=Screen.choices)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answers = EncryptedJSON()

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "screen", "-at"], name="intake_screen_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(screen__in=Screen.values),
                name="intake_screen_known",
                violation_error_message="This screen is not known.",
            )
        ]
