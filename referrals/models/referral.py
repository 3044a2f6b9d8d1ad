"""Referral: what a person needs from somebody else, until it is met."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedJSON
from records.models import SealedModel
from referrals.choices import NextStep, Outcome, ReferralStatus


class Referral(SealedModel):
    """One open need per episode. `need` is the sealed matching input and the card that partners see.

    `next_step` and `next_due_at` say what somebody here must do; an open referral always has a step.
    """

    episode = models.ForeignKey("intake.Episode", on_delete=models.PROTECT, related_name="referrals")
    determination = models.ForeignKey(
        "programs.Determination", on_delete=models.PROTECT, null=True, related_name="referrals"
    )
    reference = models.CharField(max_length=20, unique=True)
    need = EncryptedJSON()
    status = models.CharField(
        max_length=6, choices=ReferralStatus.choices, default=ReferralStatus.OPEN, editable=False
    )
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="referrals"
    )
    opened_at = models.DateTimeField(db_default=AppNow())
    closed_at = models.DateTimeField(null=True)
    next_step = models.CharField(max_length=20, choices=NextStep.choices, default=NextStep.CHOOSE_PARTNER)
    next_due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], condition=Q(status="open"), name="referrals_referral_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(status="open"),
                name="referrals_referral_one_open",
                violation_error_message="This person has an open referral.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReferralStatus.values),
                name="referrals_referral_status",
                violation_error_message="A referral is open or closed.",
            ),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True, outcome="")
                | (Q(status="closed", closed_at__isnull=False) & ~Q(outcome="")),
                name="referrals_referral_closing",
                violation_error_message="A closed referral says when and how it ended.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
