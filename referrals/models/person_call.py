"""PersonCall: a call to a person who waits for a partner, to ask how they are."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from records.fields import EncryptedText
from records.models import SealedModel
from referrals.choices import PersonCallOutcome


class PersonCall(SealedModel):
    """One call and how it went, sealed under the person's key. Append-only."""

    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="person_calls")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=11, choices=PersonCallOutcome.choices)
    note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["referral", "-at"], name="referrals_personcall_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=PersonCallOutcome.values),
                name="referrals_personcall_outcome",
                violation_error_message="This outcome of a call is not known.",
            )
        ]

    def __str__(self) -> str:
        return f"person call {self.pk}"
