"""PartnerAsk: what a partner asks of us beside the offer itself: a new link, or a call."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedText
from records.models import SealedModel
from referrals.choices import AskKind, AskOutcome


class PartnerAsk(SealedModel):
    """One wish of a partner, until one of us has ended it with an outcome. It moves no status.

    `with_code` says that whoever asked had opened the link with its code; without it, `number` is what
    somebody typed who only had the link's address. `tries` counts calls that reached nobody.
    """

    offer = models.ForeignKey("referrals.Offer", on_delete=models.PROTECT, related_name="asks")
    link = models.ForeignKey("referrals.PartnerLink", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=AskKind.choices)
    with_code = models.BooleanField(default=False)
    number = EncryptedText(null=True)
    at = models.DateTimeField(db_default=AppNow())
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=AskOutcome.choices, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(outcome=""), name="referrals_ask_open"),
            models.Index(fields=["offer", "-at"], name="referrals_ask_by_offer"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "kind", "with_code"],
                condition=Q(outcome=""),
                name="referrals_partnerask_one_open",
                violation_error_message="This partner has asked for that already.",
            ),
            models.CheckConstraint(
                condition=Q(kind=AskKind.CALL) | Q(kind=AskKind.LINK, number__isnull=True),
                name="referrals_partnerask_number",
                violation_error_message="Only a call has a number.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", done_at__isnull=True, done_by__isnull=True)
                | Q(outcome__in=AskOutcome.values, done_at__isnull=False, done_by__isnull=False),
                name="referrals_partnerask_done",
                violation_error_message="What was asked ends with an outcome, a time and somebody.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=AskOutcome.LINK_SENT) | Q(kind=AskKind.LINK),
                name="referrals_partnerask_outcome",
                violation_error_message="A call does not end with a link.",
            ),
            models.CheckConstraint(
                condition=~Q(with_code=True) | Q(link__isnull=False),
                name="referrals_partnerask_with_code",
                violation_error_message="Who had the code came by a link.",
            ),
        ]

    def __str__(self) -> str:
        return f"partner ask {self.id}"
