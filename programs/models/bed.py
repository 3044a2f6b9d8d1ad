"""Beds, and what a bed is used for and when."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.choices import OutReason, UseKind
from programs.models.program import Program


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
    says when to ask. Stays are written by the admission's trigger only, which leaves the bed in cleaning
    after each until a person says that it is ready; `review_at` is about when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bed = models.ForeignKey(Bed, on_delete=models.PROTECT, related_name="uses")
    period = DateTimeRangeField()
    kind = models.CharField(max_length=8, choices=UseKind.choices)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="bed_uses")
    review_at = models.DateTimeField(null=True)
    out_reason = models.CharField(
        max_length=8, choices=OutReason.choices, blank=True, default="", db_default=""
    )
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
                condition=models.Q(kind__in=["cleaning", "out"], episode__isnull=True)
                | ~models.Q(kind__in=["cleaning", "out"]) & models.Q(episode__isnull=False),
                name="programs_beduse_for_someone",
                violation_error_message="A bed is held for an episode; cleaning and out of use are for none.",
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
            models.CheckConstraint(
                condition=~models.Q(kind="cleaning")
                | models.Q(period__isempty=True)
                | models.Q(period__endswith__isnull=True, released_by__isnull=True)
                | models.Q(period__endswith__isnull=False, released_by__isnull=False),
                name="programs_beduse_ready_by_someone",
                violation_error_message="Cleaning ends when somebody says that the bed is ready.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="out", out_reason__in=OutReason.values)
                | ~models.Q(kind="out") & models.Q(out_reason=""),
                name="programs_beduse_out_reason",
                violation_error_message="A bed is out of use for a reason that is known.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def program(self) -> Program:
        """Return the program whose bed it is."""
        return self.bed.program

    @property
    def place(self) -> str:
        """Return what is used, in words for the middle of a sentence."""
        return f"bed {self.bed.label}"
