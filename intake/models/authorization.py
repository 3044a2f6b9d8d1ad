"""Prior authorization: what a plan was asked for, what it granted, and what is used of it."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_coverage import AuthorizationState, HowAsked
from intake.models.coverage import Policy
from records.fields import EncryptedJSON
from records.models import Disclosure, SealedModel


class Authorization(SealedModel):
    """One prior authorization of a plan: asked for, then answered once.

    `asked`: {"for": words, "unit": words}; `answer`: {"number", "spoken_to", "words"}. Units and days are
    plain: the database lets nobody use more than was granted, or outside of its days.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="authorizations")
    state = models.CharField(
        max_length=8, choices=AuthorizationState.choices, default=AuthorizationState.ASKED
    )
    asked = EncryptedJSON()
    how = models.CharField(max_length=8, choices=HowAsked.choices)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, null=True, related_name="+")
    units_asked = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    answer = EncryptedJSON(null=True)
    units_granted = models.PositiveSmallIntegerField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["ends_on"],
                condition=models.Q(closed_at=None, state="granted"),
                name="intake_authorization_ends",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(units_asked__gt=0),
                name="intake_authorization_asked",
                violation_error_message="Say how many units were asked for.",
            ),
            models.CheckConstraint(
                condition=models.Q(how="consent", disclosure__isnull=False)
                | models.Q(how__in=["person", "unnamed", "unsaid"], disclosure__isnull=True),
                name="intake_authorization_told",
                violation_error_message="A plan that was told who it is about has its disclosure.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", units_granted=None, starts_on=None, ends_on=None)
                & models.Q(answer__isnull=True, decided_at=None, decided_by=None)
                | models.Q(state="granted", units_granted__gt=0, starts_on__lte=models.F("ends_on"))
                & models.Q(answer__isnull=False, decided_at__isnull=False, decided_by__isnull=False)
                | models.Q(state="refused", units_granted=None, starts_on=None, ends_on=None)
                & models.Q(answer__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="intake_authorization_answered",
                violation_error_message="A grant has units, days and its proof; a refusal its proof.",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="intake_authorization_closed_by_someone",
                violation_error_message="What is no longer needed says since when and by whom.",
            ),
        ]


class AuthorizationUse(models.Model):
    """Units used on a day; append-only. A negative number takes back what was counted too much."""

    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="uses")
    units = models.SmallIntegerField()
    used_on = models.DateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(units=0),
                name="intake_authorizationuse_units",
                violation_error_message="Enter how many units were used.",
            )
        ]

    def __str__(self) -> str:
        return f"authorization use {self.pk}"
