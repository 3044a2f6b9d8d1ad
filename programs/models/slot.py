"""Slots of day programs that are held for somebody."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.choices import HOLDS
from programs.models.program import Program


class SlotHold(models.Model):
    """One slot of a day program, held for an episode: what `BedUse` is for a bed. A trigger counts the slots.

    A hold ends by itself with its period. A return reservation has no end: a person releases it, or the
    admission does, in the database; `review_at` says when to ask. Ending one cuts its period.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="slot_holds")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="slot_holds")
    kind = models.CharField(max_length=8, choices=[(one.value, one.label) for one in HOLDS])
    period = DateTimeRangeField()
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
        indexes = [GistIndex(fields=["program", "period"], name="programs_slothold_of_program")]
        constraints = [
            ExclusionConstraint(
                name="programs_slothold_one_place",
                expressions=[("episode", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                violation_error_message="A slot is held for this person at that time already.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=HOLDS),
                name="programs_slothold_kind_known",
                violation_error_message="This kind of hold is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(period__isempty=True) | models.Q(period__startswith__isnull=False),
                name="programs_slothold_has_start",
                violation_error_message="Say from when.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="return")
                | models.Q(period__isempty=True)
                | models.Q(period__endswith__isnull=False),
                name="programs_slothold_hold_ends",
                violation_error_message="A hold needs an end time.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def place(self) -> str:
        """Return what is held, in words for the middle of a sentence."""
        return f"a slot in {self.program.name}"
