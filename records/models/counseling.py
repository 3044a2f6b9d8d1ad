"""Counseling notes (42 CFR 2.11): kept apart from the record, under keys that the main ring can't open.

Only the notes' own modules import this one (`tests/guards/test_counseling_notes.py`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.fields import EncryptedText
from records.models.data_key import CounselingKey
from records.models.person import Person
from records.models.sealed import SealedModel


class CounselingNote(SealedModel):
    """What a clinician noted about the content of a conversation, for the author and a named co-signer.

    A draft changes with each save (`version` counts them). Once signed it is frozen by trigger; only the
    co-signature may still be added.
    """

    data_key = models.ForeignKey(CounselingKey, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cosigner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    text = EncryptedText()
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(db_default=AppNow(), editable=False)
    saved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    cosigned_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["author", "person", "-started_at"], name="records_counselingnote_mine"),
            models.Index(fields=["cosigner", "person"], name="records_counselingnote_cosign"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cosigner__isnull=True) | Q(signed_at__isnull=False) & ~Q(cosigner=F("author")),
                name="records_counselingnote_cosigner",
                violation_error_message="Another clinician co-signs, and only what was signed.",
            ),
            models.CheckConstraint(
                condition=Q(cosigned_at__isnull=True) | Q(cosigner__isnull=False),
                name="records_counselingnote_cosigned",
                violation_error_message="Only the named co-signer co-signs.",
            ),
        ]


class CounselingAddendum(SealedModel):
    """What was added to a signed note, by its author or co-signer; append-only, under the note's key."""

    data_key = models.ForeignKey(CounselingKey, on_delete=models.PROTECT, related_name="+")
    note = models.ForeignKey(CounselingNote, on_delete=models.PROTECT, related_name="addenda")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = EncryptedText()
    added_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["note", "added_at"], name="records_counselingaddendum_of")]
