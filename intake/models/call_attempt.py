"""Call attempts: who tried, when, what happened, when to try next."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_contact import Outcome
from intake.models.contact_request import ContactRequest
from records.fields import EncryptedText
from records.models import SealedModel


class CallAttempt(SealedModel):
    """One try to reach somebody, or one call that came in. Append-only; sealed with the request's key."""

    request = models.ForeignKey(ContactRequest, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    incoming = models.BooleanField(default=False)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    note = EncryptedText(null=True)
    next_try_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=Outcome.values),
                name="intake_callattempt_outcome_known",
                violation_error_message="Choose how the call ended.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="reached") | models.Q(next_try_at__isnull=False),
                name="intake_callattempt_next_try",
                violation_error_message="Say when to try again.",
            ),
        ]
        indexes = [models.Index(fields=["request", "at"], name="intake_callattempt_order")]
