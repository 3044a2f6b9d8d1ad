"""Assessment: its sections, their history, and the substance rows."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.clock import AppNow
from intake.choices import AssessmentStatus, HoldReason, RevisionKind, SectionKey
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel

_HOLD_KEPT = models.Q(hold_reason="", held_at__isnull=True, hold_until__isnull=True)


def _user(**kwargs) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs)


class Assessment(SealedModel):
    """What we know of a person in one episode. `version` counts every change of an answer."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="assessments")
    status = models.CharField(
        max_length=20, choices=AssessmentStatus.choices, default=AssessmentStatus.NOT_STARTED
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = _user(null=True)
    decided_at = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=20, choices=HoldReason.choices, blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = _user(null=True)
    hold_until = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    review_question = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["status", "submitted_at"], name="intake_assessment_by_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=~models.Q(status="decided"),
                name="intake_assessment_one_open",
                violation_error_message="This episode already has an open assessment.",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=AssessmentStatus.values),
                name="intake_assessment_status_known",
                violation_error_message="This status is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(status="on_hold", held_at__isnull=False, held_by__isnull=False)
                & models.Q(hold_reason__in=HoldReason.values)
                | ~models.Q(status="on_hold") & _HOLD_KEPT,
                name="intake_assessment_hold_complete",
                violation_error_message="An assessment on hold says why; any other does not.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["ready_for_review", "in_review"])
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="intake_assessment_submitted_by_someone",
                violation_error_message="An assessment in review says who sent it and when.",
            ),
        ]


class AssessmentStatusChange(models.Model):
    """One step of an assessment's status; append-only."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="status_changes")
    old = models.CharField(max_length=20, choices=AssessmentStatus.choices)
    new = models.CharField(max_length=20, choices=AssessmentStatus.choices)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = _user()

    class Meta:
        indexes = [models.Index(fields=["assessment", "at"], name="intake_statuschange_in_order")]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"


class AssessmentSection(SealedModel):
    """The answers of one section. `version` counts its changes; `completed` is what staff say, not a sum."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=12, choices=SectionKey.choices)
    answers = EncryptedJSON()
    version = models.PositiveIntegerField(default=0)
    completed = models.BooleanField(default=False)
    updated_by = _user(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "key"],
                name="intake_section_one_per_key",
                violation_error_message="This assessment already has this section.",
            ),
            models.CheckConstraint(
                condition=models.Q(key__in=SectionKey.values),
                name="intake_section_key_known",
                violation_error_message="This section is not known.",
            ),
        ]


class SectionRevision(SealedModel):
    """A section as it was at one version, or answers that lost to somebody else's; append-only.

    `answers` is flat: field to answer, a substance row as "<row id>:<field>". `field_names`: those changed.
    """

    section = models.ForeignKey(AssessmentSection, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind.choices, default=RevisionKind.SAVED)
    version = models.PositiveIntegerField()
    answers = EncryptedJSON()
    field_names = ArrayField(models.CharField(max_length=90), default=list)
    by = _user()
    at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["section", "-at"], name="intake_revision_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "version"],
                condition=models.Q(kind="saved"),
                name="intake_revision_one_per_version",
                violation_error_message="This version was saved before.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RevisionKind.values),
                name="intake_revision_kind_known",
                violation_error_message="This kind of revision is not known.",
            ),
        ]


class SubstanceUse(SealedModel):
    """One substance row. Which substance it is stays encrypted; only the bound of the last use is plain.

    A removed row keeps its answers (`removed_at`), so that nothing that was said is lost.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="substance_rows")
    position = models.PositiveIntegerField()
    details = EncryptedJSON()
    last_use_latest = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["assessment", "position"], name="intake_substance_in_order")]
