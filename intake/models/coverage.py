"""Coverage: the plans that may pay for an episode, and what was learned by asking them."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_coverage import ANSWERS, NO, BenefitState, HowAsked, PolicyOrder
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import Disclosure, SealedModel


class Policy(SealedModel):
    """One plan of a person, as told in this episode. A change ends it and adds another.

    `details`: {"payer": code, "payer_name", "plan", "member_id", "group", "holder": code, "holder_name",
    "phone"}. `position` says which plan pays first (1).
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="policies")
    position = models.PositiveSmallIntegerField(choices=PolicyOrder.choices)
    details = EncryptedJSON()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "position"],
                condition=models.Q(ended_at=None),
                name="intake_policy_one_each",
                violation_error_message="Another plan already stands in this place.",
            ),
            models.CheckConstraint(
                condition=models.Q(position__in=PolicyOrder.values),
                name="intake_policy_position_known",
                violation_error_message="A plan pays first, second or third.",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="intake_policy_ended_by_someone",
                violation_error_message="A plan that ended says when and by whom.",
            ),
        ]


class BenefitCheck(SealedModel):
    """What a plan said when somebody asked, or that benefits are waived and why. Append-only.

    `asked_at` is when the plan was spoken to, `again_on` the day on which to ask again. `said` has the
    plan's words, or the reason of a waiver; `terms` what the person pays: {"deductible", "deductible_met",
    "copay", "coinsurance", "most_in_a_year", "units", "until", "plain"}. `how` it was asked;
    `disclosure` is the accounting row of what it was told, if anything.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="benefit_checks")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, null=True, related_name="checks")
    state = models.CharField(max_length=14, choices=BenefitState.choices)
    asked_at = models.DateTimeField(null=True)
    again_on = models.DateField(null=True)
    spoken_to = EncryptedText(null=True)
    reference = EncryptedText(null=True)
    said = EncryptedText(null=True)
    terms = EncryptedJSON(null=True)
    how = models.CharField(max_length=8, choices=HowAsked.choices)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["episode", "-made_at"], name="intake_benefitcheck_newest"),
            models.Index(
                fields=["again_on"], condition=models.Q(again_on__isnull=False), name="intake_benefits_again"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=BenefitState.values),
                name="intake_benefitcheck_state_known",
                violation_error_message="This answer of a plan is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waived", policy=None, asked_at=None, again_on=None)
                & models.Q(said__isnull=False)
                | models.Q(state__in=ANSWERS, policy__isnull=False, asked_at__isnull=False),
                name="intake_benefitcheck_about",
                violation_error_message="An answer names a plan and its time; a waiver has its reason.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "waived"])
                | models.Q(spoken_to__isnull=False, reference__isnull=False, said__isnull=False),
                name="intake_benefitcheck_proven",
                violation_error_message="An answer has who gave it, its reference, and what was said.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[*NO, "waived"]) | models.Q(again_on__isnull=False),
                name="intake_benefitcheck_again",
                violation_error_message="Say on which day to ask again.",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_at=None) | models.Q(asked_at__lte=models.F("made_at")),
                name="intake_benefitcheck_not_ahead",
                violation_error_message="A plan was asked before it is written down.",
            ),
            models.CheckConstraint(
                condition=models.Q(how="consent", disclosure__isnull=False)
                | models.Q(how__in=["person", "unnamed", "unsaid"], disclosure__isnull=True),
                name="intake_benefitcheck_told",
                violation_error_message="A plan that was told who it is about has its disclosure.",
            ),
        ]
