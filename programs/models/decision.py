"""What the rules suggested, and what a clinician decided."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models import Assessment, Episode
from programs.choices import BED_LEVELS, ClearanceSource, Level, Outcome
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel

_CARE = sorted({*map(str, BED_LEVELS), "php", "iop", "outpatient", "continuing"})


class Recommendation(SealedModel):
    """One run of both rule sets; append-only.

    `snapshot` is the whole input ({"detox": picture, "loc": ratings}), `result` both results with every
    fired rule, what was missing and the counterfactuals, and the plan that follows from them ("plan": level,
    level_after_detox, detox_first). The rule sets are named by id and hash. `calls_detox` and `lowest_step`
    (place on `programs.rules.below.LADDER`, None when no rule names one) repeat in the open what the database
    judges a decision by; both are None on rows from before they were kept.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="recommendations")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="recommendations")
    assessment_version = models.PositiveIntegerField()
    snapshot = EncryptedJSON()
    result = EncryptedJSON()
    detox_ruleset = models.CharField(max_length=60)
    detox_ruleset_sha256 = models.CharField(max_length=64)
    loc_ruleset = models.CharField(max_length=60)
    loc_ruleset_sha256 = models.CharField(max_length=64)
    calls_detox = models.BooleanField(null=True)
    lowest_step = models.PositiveSmallIntegerField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-made_at"], name="programs_recommend_newest")]

    @property
    def detox_outcome(self) -> str:
        """Return the outcome of the detox rules."""
        return self.result["detox"]["outcome"]

    @property
    def level(self) -> str:
        """Return the level of care that the rules suggest for now."""
        return self.result["plan"]["level"]

    @property
    def detox_first(self) -> bool:
        """Tell whether the rules say that medical detox comes first."""
        return self.result["plan"]["detox_first"]

    @property
    def held_outcome(self) -> str:
        """Return the earlier outcome that still stands, because no clinician lifted it; else empty."""
        return self.result["plan"].get("held", {}).get("outcome", "")

    @property
    def suggested_level(self) -> str:
        """Return the level of care here; "detox" when detox comes first and care after it isn't known yet."""
        if not self.detox_first:
            return self.level
        return self.result["plan"]["level_after_detox"] or Level.DETOX


class Determination(SealedModel):
    """A clinician's signed decision. Never changed; a later one supersedes it (`superseded_at`).

    `level` is the care here (empty when somewhere else is the right place; "detox" when care after detox is
    decided later); `detox_first` says that medical detox at a partner comes before it. A decision below what
    the rules call safe (`needs_second`) is in force only once another clinician agreed (`second_agrees`).
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="determinations")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="determinations")
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="determinations"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    detox_first = models.BooleanField()
    reason = EncryptedText(null=True)
    in_person = EncryptedText(null=True)
    clearance_from = models.CharField(max_length=13, choices=ClearanceSource.choices, blank=True)
    statement = EncryptedText()
    statement_sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    needs_second = models.BooleanField(default=False)
    second_agrees = models.BooleanField(null=True)
    second_words = EncryptedText(null=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    second_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-signed_at"], name="programs_determ_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(superseded_at__isnull=True),
                name="programs_determination_one_live",
                violation_error_message="Another clinician has decided on this episode.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="refer", level="")
                | models.Q(outcome__in=["agree", "other"], level__in=_CARE)
                | models.Q(outcome__in=["agree", "other"], level="detox", detox_first=True),
                name="programs_determination_level_fits",
                violation_error_message="Choose the level of care.",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="agree") | models.Q(reason__isnull=False),
                name="programs_determination_reason",
                violation_error_message="Say why.",
            ),
            models.CheckConstraint(
                condition=models.Q(second_agrees__isnull=True, second_by__isnull=True)
                & models.Q(second_at__isnull=True, second_words__isnull=True)
                | models.Q(needs_second=True, second_agrees__isnull=False, second_by__isnull=False)
                & models.Q(second_at__isnull=False),
                name="programs_determination_second_complete",
                violation_error_message="A second view says who, when and what.",
            ),
            models.CheckConstraint(
                condition=~models.Q(second_agrees=False)
                | models.Q(second_words__isnull=False, superseded_at__isnull=False),
                name="programs_determination_declined_ends",
                violation_error_message="A decision that a second clinician declined says why, and is over.",
            ),
        ]

    @property
    def agrees(self) -> bool:
        """Tell whether the clinician agreed with the suggestion."""
        return self.outcome == Outcome.AGREE

    @property
    def awaits_second(self) -> bool:
        """Tell whether another clinician has to agree before it is in force."""
        return self.needs_second and not self.second_agrees
