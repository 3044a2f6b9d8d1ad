"""Review: something that was done and that somebody else looks at afterwards."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import Finding, ReviewKind
from records.fields import EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel


class Review(SealedModel):
    """One entry of the privacy review list: what kind, about which row, whose act, until when.

    `subject` is who did it, null when nobody of staff did. Opens and closes once; a trigger freezes the rest.
    """

    kind = models.CharField(max_length=24, choices=ReviewKind.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(db_default=AppNow(), editable=False)
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    finding = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    note = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="records_review_waiting"),
            models.Index(fields=["-closed_at", "id"], name="records_review_closed"),
            models.Index(fields=["object_id"], name="records_review_object"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReviewKind.values),
                name="records_review_kind_known",
                violation_error_message="This kind of review is not known.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, finding="", note__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, note__isnull=False)
                & Q(finding__in=Finding.values),
                name="records_review_close_complete",
                violation_error_message="A closed review says who, when, what was found and why.",
            ),
            models.CheckConstraint(
                condition=Q(subject__isnull=True) | Q(closed_by__isnull=True) | ~Q(closed_by=F("subject")),
                name="records_review_not_ones_own",
                violation_error_message="Somebody else reviews what you did.",
            ),
        ]
