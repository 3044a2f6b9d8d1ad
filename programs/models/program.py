"""Program: what is offered at one level of care, by the center or by a partner."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from programs.choices import BED_LEVELS, LADDER_SETTINGS, Level
from programs.choices_programs import Audience, Operator, Service, Setting, Track
from programs.rules.transitions import AROUND_THE_CLOCK

_BEDS = sorted(BED_LEVELS)


def _codes(choices: type[models.TextChoices]) -> ArrayField:
    return ArrayField(models.CharField(max_length=20, choices=choices.choices), default=list, blank=True)


def _range(lowest: str, highest: str, name: str, words: str) -> models.CheckConstraint:
    """Both ends or none, in order."""
    neither = Q(**{f"{lowest}__isnull": True, f"{highest}__isnull": True})
    there = Q(**{f"{lowest}__isnull": False, f"{highest}__isnull": False})
    both = there & Q(**{f"{lowest}__gte": 1, f"{highest}__gte": F(lowest)})
    return models.CheckConstraint(condition=neither | both, name=name, violation_error_message=words)


class Program(models.Model):
    """One program. Of the center's, a day program counts `slots`; one with nights has beds and no slots.

    A partner's program has neither: it says what there is elsewhere, medical detox above all. `week` has one
    text for each day from Monday on, or none at all. `asam_label` is a label that nothing judges by.

    A change is the next `revision`, with a reason, by a supervisor; the database refuses any other, and keeps
    each in `ProgramRevision`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    level = models.CharField(max_length=12, choices=Level.choices)
    operated_by = models.CharField(max_length=7, choices=Operator.choices, default=Operator.CENTER)
    slots = models.PositiveSmallIntegerField(null=True)
    active = models.BooleanField(default=True)
    about = models.TextField(max_length=2000, blank=True)
    setting = models.CharField(max_length=8, choices=Setting.choices, blank=True)
    track = models.CharField(max_length=5, choices=Track.choices, blank=True)
    medical_staff = models.BooleanField(default=False)
    psychiatric_medicines = models.BooleanField(default=False)
    medicines_continue = models.BooleanField(default=False)
    services = _codes(Service)
    audiences = _codes(Audience)
    stay_days_min = models.PositiveSmallIntegerField(null=True)
    stay_days_max = models.PositiveSmallIntegerField(null=True)
    visits_min = models.PositiveSmallIntegerField(null=True)
    visits_max = models.PositiveSmallIntegerField(null=True)
    week = ArrayField(models.CharField(max_length=200, blank=True), default=list, blank=True)
    asam_label = models.CharField(
        max_length=3, choices=[(label, label) for label in LADDER_SETTINGS], blank=True
    )
    revision = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=200, default="Set up")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=Level.values, operated_by__in=Operator.values),
                name="programs_program_vocabulary",
                violation_error_message="This level of care, or who runs it, is not known.",
            ),
            models.CheckConstraint(
                condition=~Q(level=Level.DETOX) | Q(operated_by=Operator.PARTNER),
                name="programs_program_detox_at_partner",
                violation_error_message="This center does not give medical detox. Partners do.",
            ),
            models.CheckConstraint(
                condition=Q(operated_by=Operator.PARTNER, slots__isnull=True)
                | Q(operated_by=Operator.CENTER, level__in=_BEDS, slots__isnull=True)
                | Q(~Q(level__in=_BEDS), operated_by=Operator.CENTER, slots__isnull=False),
                name="programs_program_beds_or_slots",
                violation_error_message="A day program has slots; one with beds, or of a partner, has none.",
            ),
            models.CheckConstraint(
                condition=Q(setting__in=["", *Setting.values], asam_label__in=["", *LADDER_SETTINGS])
                & Q(services__contained_by=Service.values, audiences__contained_by=Audience.values),
                name="programs_program_offer_known",
                violation_error_message="A part of what is offered is not known.",
            ),
            models.CheckConstraint(
                condition=Q(track="") | Q(track__in=Track.values, level=Level.RESIDENTIAL),
                name="programs_program_track_residential",
                violation_error_message="Only residential care is short-term or long-term.",
            ),
            _range(
                "stay_days_min",
                "stay_days_max",
                "programs_program_stay",
                "The expected stay has a shortest and a longest number of days, in that order.",
            ),
            _range(
                "visits_min",
                "visits_max",
                "programs_program_visits",
                "How often a week has a lowest and a highest number, in that order.",
            ),
            models.CheckConstraint(
                condition=Q(week__len=0) | Q(week__len=7),
                name="programs_program_week",
                violation_error_message="A week has seven days.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_beds(self) -> bool:
        """Tell whether people sleep in beds of this center."""
        return self.level in BED_LEVELS and self.operated_by == Operator.CENTER

    @property
    def around_the_clock(self) -> bool:
        """Tell whether its level gives care day and night."""
        return self.level in AROUND_THE_CLOCK
