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

    `next_step` and `next_due_at` say what somebody here must do; the database keeps an open
    referral from being without a step, a time for it, or an owner. `person_call_at` is when the person is
    asked again how they are; empty while they are at a partner's. `admission` is the one that closed it:
    when that is taken back as a mistake, and only then, the referral is open again.
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
    person_call_at = models.DateTimeField(null=True)
    admission = models.ForeignKey(
        "programs.Admission", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], condition=Q(status="open"), name="referrals_referral_due"
            ),
            models.Index(
                fields=["person_call_at", "id"],
                condition=Q(person_call_at__isnull=False),
                name="referrals_referral_person_call",
            ),
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
            models.CheckConstraint(
                condition=Q(status="closed")
                | (Q(owner__isnull=False, next_due_at__isnull=False) & ~Q(next_step="none")),
                name="referrals_referral_owned",
                violation_error_message="An open referral has an owner, a next step and a time for it.",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(person_call_at__isnull=True),
                name="referrals_referral_closed_calls_nobody",
                violation_error_message="A closed referral calls nobody.",
            ),
            models.CheckConstraint(
                condition=Q(status="closed") | Q(admission__isnull=True),
                name="referrals_referral_open_without_admission",
                violation_error_message="An open referral was not closed by an admission.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | Q(admission__isnull=False),
                name="referrals_referral_returned_admitted",
                violation_error_message="Who came back was admitted.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
