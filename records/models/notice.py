"""The patient notice: its versions, and who was given which."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices_rights import Acknowledged, GivenHow
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel

_STAFF = {"on_delete": models.PROTECT, "related_name": "+"}


class PatientNotice(models.Model):
    """One version of the notice of 42 CFR 2.22, in English and Spanish. Nothing here is about a person.

    A draft has no version. Publishing gives it one; a trigger refuses that while a slot is empty or the
    effective date is before the day of publication, and refuses every later change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(null=True, unique=True)
    text_en = models.JSONField(default=dict)
    text_es = models.JSONField(default=dict)
    effective_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_STAFF)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, **_STAFF)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(version__isnull=True, published_at__isnull=True, published_by__isnull=True)
                | Q(
                    version__isnull=False,
                    published_at__isnull=False,
                    published_by__isnull=False,
                    effective_on__isnull=False,
                ),
                name="records_patientnotice_published_complete",
                violation_error_message="A published notice has a version and a day from which it holds.",
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(version__isnull=True),
                name="records_patientnotice_one_draft",
                violation_error_message="There is a draft already.",
            ),
        ]

    def __str__(self) -> str:
        return f"patient notice {self.version or 'draft'}"


class NoticeGiven(SealedModel):
    """That a person was given a version: when, how, by whom, and what they said. Append-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices_given")
    notice = models.ForeignKey(PatientNotice, **_STAFF)
    given_at = models.DateTimeField(db_default=AppNow())
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_STAFF)
    how = models.CharField(max_length=8, choices=GivenHow.choices)
    answer = models.CharField(max_length=10, choices=Acknowledged.choices)
    note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-given_at"], name="records_noticegiven_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=GivenHow.values, answer__in=Acknowledged.values),
                name="records_noticegiven_words_known",
                violation_error_message="A notice uses the agreed words.",
            ),
        ]
