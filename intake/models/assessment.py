"""Assessment: its sections, their history, and the substance rows."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.clock import AppNow
from intake.choices import AnswerSource, AssessmentStatus, HoldReason, RevisionKind, SectionKey
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel

ENDED = [AssessmentStatus.DECIDED.value, AssessmentStatus.DROPPED.value]
_HOLD_KEPT = models.Q(hold_reason="", held_at__isnull=True, hold_until__isnull=True)


def _user(**kwargs) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs)


class Assessment(SealedModel):
    """One version of what we know of a person in one episode. `version` counts every change of an answer.

    The first has number 1. Each later one is a correction: it began as a copy of `corrects`, which is signed.
    `flags_when_sent` is what the answers raised when it was sent: {"code", "sentence", "urgent"}.
    `review_question` holds what a clinician asked before questions were rows (`ReviewQuestion`).
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveSmallIntegerField(default=1)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    correction_reason = EncryptedText(null=True)
    corrected_by = _user(null=True)
    status = models.CharField(
        max_length=20, choices=AssessmentStatus.choices, default=AssessmentStatus.NOT_STARTED
    )
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = _user(null=True)
    review_due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=20, choices=HoldReason.choices, blank=True)
    held_at = models.DateTimeField(null=True)
    held_by = _user(null=True)
    hold_until = models.DateTimeField(null=True)
    resumed_at = models.DateTimeField(null=True)
    review_question = EncryptedText(null=True)
    flags_when_sent = EncryptedJSON(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["status", "submitted_at"], name="intake_assessment_by_status")]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=~models.Q(status__in=ENDED),
                name="intake_assessment_one_open",
                violation_error_message="This episode already has an open assessment.",
            ),
            models.UniqueConstraint(
                fields=["episode", "number"],
                name="intake_assessment_one_per_number",
                violation_error_message="This version exists already.",
            ),
            models.CheckConstraint(
                condition=models.Q(number=1, corrects__isnull=True, corrected_by__isnull=True)
                & models.Q(correction_reason__isnull=True)
                | models.Q(number__gt=1, corrects__isnull=False, corrected_by__isnull=False)
                & models.Q(correction_reason__isnull=False),
                name="intake_assessment_correction_complete",
                violation_error_message="A correction says what it corrects, why, and who began it.",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="dropped") | models.Q(number__gt=1),
                name="intake_assessment_only_corrections_dropped",
                violation_error_message="Only a correction can be given up.",
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
    """The answers of one section. `version` counts its changes; `completed` is what staff say, not a sum.

    `drafts` is what was typed but is no answer: field to {"posted", "by", "at"}. It is shown again and never
    counts. `red_flag_at`: when vital signs that are outside the limits for coming here were measured; the
    admission gate reads it.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=12, choices=SectionKey.choices)
    answers = EncryptedJSON()
    drafts = EncryptedJSON(null=True)
    version = models.PositiveIntegerField(default=0)
    completed = models.BooleanField(default=False)
    red_flag_at = models.DateTimeField(null=True)
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
    """What one save changed in a section, or answers that lost to somebody else's; append-only.

    `field_names` are the fields sent; `answers` is flat (field to answer, a substance row as
    "<row id>:<field>"), and a field that is named but absent was taken back. `source` says where they come
    from, `observed_at` when they were said if that was not when they were saved, and `save_key` makes a save
    that is sent again answer as the first time.
    """

    section = models.ForeignKey(AssessmentSection, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind.choices, default=RevisionKind.SAVED)
    version = models.PositiveIntegerField()
    answers = EncryptedJSON()
    field_names = ArrayField(models.CharField(max_length=90), default=list)
    source = models.CharField(max_length=10, choices=AnswerSource.choices, default=AnswerSource.ASKED)
    observed_at = models.DateTimeField(null=True)
    save_key = models.UUIDField(null=True)
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
            models.UniqueConstraint(
                fields=["section", "kind", "save_key"],
                name="intake_revision_one_per_save",
                violation_error_message="This was saved before.",
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=AnswerSource.values),
                name="intake_revision_source_known",
                violation_error_message="This source of an answer is not known.",
            ),
        ]


class SubstanceUse(SealedModel):
    """One substance row. Which substance it is stays encrypted; only the bound of the last use is plain.

    A removed row keeps its answers (`removed_at`), so that nothing that was said is lost. `copied_from` is
    the same row in the version that a correction was copied from.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="substance_rows")
    position = models.PositiveIntegerField()
    copied_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="copies")
    details = EncryptedJSON()
    last_use_latest = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["assessment", "position"], name="intake_substance_in_order")]
