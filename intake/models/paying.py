"""Ways to pay beside a plan: what was offered after a no, prices, and estimates from them."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_coverage import WITH_DAY, PaidLevel, PriceUnit, WayKind
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


class OtherWay(SealedModel):
    """One way to pay that was offered when a plan said no, or no plan was there; never deleted.

    `due_on` is the last day that the plan gives (appeal, peer-to-peer). `outcome`, written once:
    {"result": code, "words": text}. Without one of these rows no episode ends for money.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="other_ways")
    kind = models.CharField(max_length=12, choices=WayKind.choices)
    due_on = models.DateField(null=True)
    words = EncryptedText()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(db_default=AppNow(), editable=False)
    outcome = EncryptedJSON(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="intake_otherway_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=WayKind.values),
                name="intake_otherway_kind_known",
                violation_error_message="This way to pay is not known.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=WITH_DAY) | models.Q(due_on__isnull=False),
                name="intake_otherway_has_day",
                violation_error_message="An appeal or peer-to-peer review has a last day.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None, done_by=None, outcome__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False, outcome__isnull=False),
                name="intake_otherway_done_complete",
                violation_error_message="What is done says when, by whom and how it went.",
            ),
        ]


class SelfPayRate(models.Model):
    """The price of one unit of a level from a moment on; append-only, the newest of a level counts.

    In dollars. No amount: the level has no price any more. Knows no person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    level = models.CharField(max_length=12, choices=PaidLevel.choices)
    unit = models.CharField(max_length=5, choices=PriceUnit.choices)
    amount = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["level", "-made_at"], name="intake_selfpayrate_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=PaidLevel.values, unit__in=PriceUnit.values),
                name="intake_selfpayrate_known",
                violation_error_message="This level or unit is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gt=0),
                name="intake_selfpayrate_amount",
                violation_error_message="A price is more than nothing.",
            ),
        ]

    def __str__(self) -> str:
        return f"price {self.pk}"


class SelfPayEstimate(SealedModel):
    """What care would cost a person who pays, as it was said to them; append-only.

    `details`: {"level", "unit", "amount", "units", "total"}, so that it reads the same when prices change.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="estimates")
    rate = models.ForeignKey(SelfPayRate, on_delete=models.PROTECT, related_name="+")
    details = EncryptedJSON()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-made_at"], name="intake_estimate_newest")]
