"""StepReview: whether a person in care here needs less or more of it, asked every two weeks."""

from django.conf import settings
from django.db import models

from programs.choices_step_down import StepMove
from programs.models.admission import Admission
from records.fields import EncryptedJSON
from records.models import SealedModel


class StepReview(SealedModel):
    """One review of one stay: due until a clinician signs it, and the next is written with the signature.

    `said` holds what was seen, what followed from it, and why: {"seen", "suggestion", "level", "reason"}.
    A review that is open when the stay ends is asked of nobody.
    """

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="step_reviews")
    due_at = models.DateTimeField()
    move = models.CharField(max_length=4, choices=StepMove.choices, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said = EncryptedJSON(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(done_at=None), name="programs_stepreview_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["admission"],
                condition=models.Q(done_at__isnull=True),
                name="programs_stepreview_one_open",
                violation_error_message="A review of this stay is due already.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True, move="", said__isnull=True)
                | models.Q(
                    done_at__isnull=False,
                    done_by__isnull=False,
                    move__in=StepMove.values,
                    said__isnull=False,
                ),
                name="programs_stepreview_complete",
                violation_error_message="A review that is signed says what was seen, by whom and when.",
            ),
        ]
