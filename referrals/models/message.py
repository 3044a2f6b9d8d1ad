"""OfferMessage: what was asked and said between the center and a partner about one offer."""

from django.db import models

from config.clock import AppNow
from records.fields import EncryptedText
from records.models import SealedModel
from referrals.choices import ContactOutcome, MessageKind


class OfferMessage(SealedModel):
    """One line of the conversation, sealed under the person's key. Append-only."""

    offer = models.ForeignKey("referrals.Offer", on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    text = EncryptedText()
    outcome = models.CharField(max_length=10, choices=ContactOutcome.choices, blank=True)
    said_by = EncryptedText(null=True)
    at = models.DateTimeField(db_default=AppNow())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["offer", "at"], name="referrals_message_by_offer")]

    def __str__(self) -> str:
        return f"message {self.id}"
