"""InstrumentRecord: one giving of a standard instrument; SafetyFollowUp: what its result asks of a person."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.episode import Episode
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


def _user(**kwargs) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **kwargs)


class InstrumentRecord(SealedModel):
    """One giving of an instrument, or its result from elsewhere; append-only. A correction is a new row.

    Which instrument it is stays sealed with the rest. `details`: {"instrument", "version", "language",
    "given": "items" | "outside", "answers": {item: number}, "missing": {item: why}, "about", "sex",
    "score": the output of the scorer, "measured_by", "where", "note", "reason" of a correction}.
    `red_flag`: it is an emergency, or outside the limits for coming here; the admission gate reads it.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="instrument_records")
    details = EncryptedJSON()
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)
    recorded_by = _user()
    administered_by = _user(null=True)
    red_flag = models.BooleanField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-observed_at"], name="intake_instrument_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(observed_at__lte=models.F("recorded_at")),
                name="intake_instrumentrecord_not_in_future",
                violation_error_message="A result is recorded after it was observed.",
            ),
        ]


class SafetyFollowUp(SealedModel):
    """What somebody has to do at once because of a result: it has an owner and a clock, and ends with a note.

    `details`: {"reasons": [{"code", "record"}]}. A trigger lets the due time only move earlier, and freezes a
    closed one.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="safety_follow_ups")
    details = EncryptedJSON()
    opened_at = models.DateTimeField(db_default=AppNow(), editable=False)
    opened_by = _user()
    owner = _user()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = _user(null=True)
    note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(closed_at__isnull=True),
                name="intake_followup_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(closed_at__isnull=True),
                name="intake_safetyfollowup_one_open",
                violation_error_message="This episode already has an open follow-up.",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True, note__isnull=True)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False, note__isnull=False),
                name="intake_safetyfollowup_close_complete",
                violation_error_message="A closed follow-up says who, when and what was done.",
            ),
        ]
