"""Episode: one stretch of care for one person, from the first talk to the close."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices import CloseReason, EpisodeStatus, Stage
from records.models import Person


class Episode(models.Model):
    """One stretch of care. Holds nothing clinical except plain columns that the database must judge by.

    `last_use_latest` is the upper bound of the last reported use over all substances (null: none reported);
    `reopened_at` is when it was last resumed after a pause: an examination before it clears nobody.
    `ob_contact_needed` is set when the person is or may be pregnant.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="episodes")
    reference = models.CharField(max_length=20, unique=True)
    contact_request = models.ForeignKey(
        "intake.ContactRequest", on_delete=models.PROTECT, null=True, related_name="episodes"
    )
    status = models.CharField(max_length=10, choices=EpisodeStatus.choices, default=EpisodeStatus.OPEN)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.ASSESSMENT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=AppNow(), editable=False)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=20, choices=CloseReason.choices, blank=True)
    reopened_at = models.DateTimeField(null=True)
    last_use_latest = models.DateTimeField(null=True)
    ob_contact_needed = models.BooleanField(default=False)
    ob_contact_recorded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-opened_at", "id"], name="intake_episode_newest"),
            models.Index(
                fields=["opened_at", "id"],
                condition=models.Q(
                    status="open", ob_contact_needed=True, ob_contact_recorded_at__isnull=True
                ),
                name="intake_episode_ob_due",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(status="open"),
                name="intake_episode_one_open",
                violation_error_message="This person already has an open episode.",
            ),
            models.UniqueConstraint(
                fields=["contact_request"],
                name="intake_episode_one_per_request",
                violation_error_message="This request already led to an episode.",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=EpisodeStatus.values),
                name="intake_episode_status_known",
                violation_error_message="An episode is open or closed.",
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=Stage.values),
                name="intake_episode_stage_known",
                violation_error_message="This stage is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", closed_at__isnull=True, close_reason="")
                & ~models.Q(stage="closed")
                | models.Q(status="closed", stage="closed", closed_at__isnull=False)
                & models.Q(close_reason__in=CloseReason.values),
                name="intake_episode_close_complete",
                violation_error_message="A closed episode says when and why; an open one does not.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
