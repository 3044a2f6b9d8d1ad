"""The family program: relatives of a person in care, sessions of the center, and who came."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from intake.models import Episode
from programs.choices_family import FamilyCame, FamilyTopic
from records.fields import EncryptedJSON
from records.models import Recipient, SealedModel


class FamilyMember(SealedModel):
    """A relative who takes part because of one episode. Being listed lets nobody be told anything.

    `details` is {"name", "phone", "relation"}, sealed with the person's key. `recipient` is the helper whom
    consents name. What was written stays; the row ends once.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="family")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
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
                fields=["episode", "recipient"],
                condition=Q(ended_at__isnull=True),
                name="programs_familymember_once",
                violation_error_message="This helper is in the family program already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="programs_familymember_ended",
                violation_error_message="Who leaves the list was taken off it by somebody.",
            ),
        ]


class FamilySession(models.Model):
    """One session that the center holds for families; about nobody. It is called off once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    starts_at = models.DateTimeField()
    topic = models.CharField(max_length=13, choices=FamilyTopic.choices)
    led_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    off_at = models.DateTimeField(null=True)
    off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["-starts_at", "id"], name="programs_familysession_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_at", "led_by"],
                condition=Q(off_at__isnull=True),
                name="programs_familysession_once",
                violation_error_message="This colleague leads another session at that time.",
            ),
            models.CheckConstraint(
                condition=Q(topic__in=FamilyTopic.values),
                name="programs_familysession_topic",
                violation_error_message="This topic is not on the list.",
            ),
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_by__isnull=True)
                | Q(off_at__isnull=False, off_by__isnull=False),
                name="programs_familysession_off",
                violation_error_message="A session is called off by somebody.",
            ),
        ]

    def __str__(self) -> str:
        return f"family session {self.pk}"


class FamilyAttendance(models.Model):
    """Whether one relative was at one session; append-only, and the newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    member = models.ForeignKey(FamilyMember, on_delete=models.PROTECT, related_name="attendance")
    session = models.ForeignKey(FamilySession, on_delete=models.PROTECT, related_name="+")
    came = models.CharField(max_length=7, choices=FamilyCame.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(came__in=FamilyCame.values),
                name="programs_familyattendance_came",
                violation_error_message="Say whether they came.",
            )
        ]

    def __str__(self) -> str:
        return f"family attendance {self.pk}"
