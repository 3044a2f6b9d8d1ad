"""Programs, their beds, and what a bed is used for and when."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.choices import BED_LEVELS, CENTER_LEVELS, Level, UseKind


class Program(models.Model):
    """One program of the center. A day program counts `slots`; a bed program has beds and no slots."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    level = models.CharField(max_length=12, choices=[c for c in Level.choices if c[0] != Level.DETOX])
    slots = models.PositiveSmallIntegerField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__in=CENTER_LEVELS),
                name="programs_program_no_detox",
                violation_error_message="This center does not give medical detox.",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=sorted(BED_LEVELS), slots__isnull=True)
                | ~models.Q(level__in=sorted(BED_LEVELS)) & models.Q(slots__isnull=False),
                name="programs_program_beds_or_slots",
                violation_error_message="A day program has slots; a program with beds has none.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Bed(models.Model):
    """One bed of a program. What it is used for, and when, is in `BedUse`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="beds")
    label = models.CharField(max_length=20, unique=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class BedUse(models.Model):
    """A bed, a time, and why it is not open then. No two of one bed overlap; ending one cuts its period.

    A hold ends by itself with its period. A return reservation has no end: a person releases it; `review_at`
    says when to ask. Stays are written by the admission's trigger only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="uses")
    period = DateTimeRangeField()
    kind = models.CharField(max_length=8, choices=UseKind.choices)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="bed_uses")
    review_at = models.DateTimeField(null=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["episode", "kind"], name="programs_beduse_of_episode")]
        constraints = [
            ExclusionConstraint(
                name="programs_beduse_no_overlap",
                expressions=[("bed", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="This bed is taken at that time.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=UseKind.values),
                name="programs_beduse_kind_known",
                violation_error_message="This kind of use is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="out", episode__isnull=True)
                | ~models.Q(kind="out") & models.Q(episode__isnull=False),
                name="programs_beduse_for_someone",
                violation_error_message="A bed is held for an episode, or out of use for none.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=True) | models.Q(period__startswith__isnull=False),
                name="programs_beduse_has_start",
                violation_error_message="Say from when.",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="hold")
                | models.Q(period__isempty=True)
                | models.Q(period__endswith__isnull=False),
                name="programs_beduse_hold_ends",
                violation_error_message="A hold needs an end time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
