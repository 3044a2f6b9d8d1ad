"""LateAnswer: what a partner told us after its offer had ended. Kept until somebody here has decided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedJSON
from records.models import SealedModel
from referrals.choices import LateDecision, LateKind, ToldBy


class LateAnswer(SealedModel):
    """One answer that came too late, sealed under the person's key. Only its decision is ever added.

    `said` holds what the partner wrote: bed, arrival window (ISO times), note, name. It moves no status.
    """

    offer = models.ForeignKey("referrals.Offer", on_delete=models.PROTECT, related_name="late_answers")
    link = models.ForeignKey("referrals.PartnerLink", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=5, choices=LateKind.choices)
    said = EncryptedJSON()
    at = models.DateTimeField(db_default=AppNow())
    told_by = models.CharField(max_length=5, choices=ToldBy.choices, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.CharField(max_length=10, choices=LateDecision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["offer", "at"], name="referrals_late_by_offer"),
            models.Index(fields=["offer"], condition=Q(decision=""), name="referrals_late_undecided"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(
                    decision__in=LateDecision.values,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="referrals_lateanswer_decided",
                violation_error_message="A decision says who made it and when.",
            ),
            models.CheckConstraint(
                condition=Q(link__isnull=False, told_by="", recorded_by__isnull=True)
                | Q(link__isnull=True, told_by__in=ToldBy.values, recorded_by__isnull=False),
                name="referrals_lateanswer_from",
                violation_error_message="A late answer came through a link, or was told to one of us.",
            ),
        ]

    def __str__(self) -> str:
        return f"late answer {self.id}"
