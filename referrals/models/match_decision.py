"""A stored matching decision: what it rested on, what came out, and under which rules."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedJSON
from records.models import SealedModel
from referrals.choices import DecisionKind


class MatchDecision(SealedModel):
    """What matching said when partners were asked, or when nobody fit. Never changed.

    `snapshot` is the whole input (need, time, every partner that was judged), `result` the order with who
    fits and what rules the others out, how many there were, what was chosen, who was passed over and why, and
    the first three digits of the ZIP, for reports. The rules are named by
    version and hash of their text; `manage.py replay_matches` computes it again.
    """

    referral = models.ForeignKey("referrals.Referral", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=6, choices=DecisionKind.choices)
    snapshot = EncryptedJSON()
    result = EncryptedJSON()
    rules = models.CharField(max_length=40)
    rules_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow())

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["referral", "-made_at"], name="referrals_decision_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DecisionKind.values),
                name="referrals_matchdecision_kind",
                violation_error_message="A decision is about partners asked, or nobody.",
            ),
        ]
