"""ReviewQuestion: what a clinician needs to know before deciding, and what came back."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices import AnswerKind
from intake.models.assessment import Assessment
from records.fields import EncryptedText
from records.models import SealedModel


def _user(**kwargs) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs)


class ReviewQuestion(SealedModel):
    """One question of a clinician about one field, one section (`field` empty), or the whole (both empty).

    `field` is flat, a substance row as "<row id>:<field>". A trigger keeps what was asked as it is, and lets
    it be answered once, while the version is open.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="review_questions")
    section = models.CharField(max_length=12, blank=True)
    field = models.CharField(max_length=90, blank=True)
    text = EncryptedText()
    asked_by = _user()
    asked_at = models.DateTimeField(db_default=AppNow(), editable=False)
    due_at = models.DateTimeField()
    answer_kind = models.CharField(max_length=12, choices=AnswerKind.choices, blank=True)
    answer = EncryptedText(null=True)
    answered_by = _user(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["assessment", "asked_at"], name="intake_question_in_order"),
            models.Index(
                fields=["due_at"], condition=models.Q(answered_at__isnull=True), name="intake_question_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer_kind="", answered_at__isnull=True, answered_by__isnull=True)
                & models.Q(answer__isnull=True)
                | models.Q(answer_kind__in=["said", "changed", "not_reached"])
                & models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="intake_reviewquestion_answer_complete",
                violation_error_message="An answer says what, when and who.",
            ),
            models.CheckConstraint(
                condition=~models.Q(answer_kind="said") | models.Q(answer__isnull=False),
                name="intake_reviewquestion_answer_in_words",
                violation_error_message="Write the answer.",
            ),
            models.CheckConstraint(
                condition=models.Q(field="") | ~models.Q(section=""),
                name="intake_reviewquestion_field_in_section",
                violation_error_message="A question about a field names its section.",
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.answered_at is None
