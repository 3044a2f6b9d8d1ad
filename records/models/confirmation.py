"""Confirmation: staff say, with a reason, that a recipient treats a person or pays for their care."""

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import ClassRole
from records.fields import EncryptedText
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedModel


class Confirmation(SealedModel):
    """Lets the class of a single consent cover one recipient; no class covers anybody without it.

    Ended, never deleted: `ended_at` is set once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="confirmations")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=ClassRole.choices)
    reason = EncryptedText()
    confirmed_by = models.UUIDField()
    confirmed_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "recipient"],
                condition=Q(ended_at__isnull=True),
                name="records_confirmation_once",
                violation_error_message="This receiver is confirmed already.",
            ),
            models.CheckConstraint(
                condition=Q(role__in=ClassRole.values),
                name="records_confirmation_role_known",
                violation_error_message="Select what the receiver is to the person.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="records_confirmation_ended",
                violation_error_message="An ended confirmation says who ended it.",
            ),
        ]
