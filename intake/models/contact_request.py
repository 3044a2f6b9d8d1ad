"""Contact requests: somebody asked for a call, called us, or left information."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.choices_contact import (
    AmendmentKind,
    CloseReason,
    Danger,
    RequestKind,
    RequestStatus,
    Source,
    Suspicion,
)
from records.choices import Language
from records.fields import EncryptedJSON
from records.models import SealedModel

PROMISED = models.Q(kind="information") | models.Q(due_at__isnull=False, next_call_at__isnull=False)


class ContactRequest(SealedModel):
    """One request, under a data key of its own; it belongs to no person until staff start an episode.

    `details` holds what was typed: who, call_name, phone (E.164) and extension or email, message_ok, when,
    text_ok, language; for information left: about, relation, text. `due_at` is the promise made,
    `next_call_at` when to call next ("call by"). Plain columns hold nothing that identifies anybody.
    """

    reference = models.CharField(max_length=20)
    details = EncryptedJSON()
    phone_index = models.BinaryField(max_length=16, null=True)
    kind = models.CharField(max_length=12, choices=RequestKind.choices, default=RequestKind.CALL)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.WEB)
    danger = models.CharField(max_length=6, choices=Danger.choices)
    urgent = models.GeneratedField(
        expression=models.Q(danger__in=["yes", "unsure"]), output_field=models.BooleanField(), db_persist=True
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    suspicion = models.CharField(max_length=5, choices=Suspicion.choices, blank=True)
    status = models.CharField(max_length=10, choices=RequestStatus.choices, default=RequestStatus.NEW)
    received_at = models.DateTimeField(db_default=AppNow())
    due_at = models.DateTimeField(null=True)
    next_call_at = models.DateTimeField(null=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    calling_since = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=12, choices=CloseReason.choices, blank=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                name="intake_contactrequest_reference",
                violation_error_message="This reference is taken.",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RequestStatus.values),
                name="intake_contactrequest_status_known",
                violation_error_message="This status is not known.",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=RequestKind.values,
                    source__in=Source.values,
                    danger__in=Danger.values,
                    language__in=Language.values,
                    suspicion__in=Suspicion.values,
                    close_reason__in=["", *CloseReason.values],
                ),
                name="intake_contactrequest_words_known",
                violation_error_message="A request uses the agreed words.",
            ),
            models.CheckConstraint(
                condition=PROMISED,
                name="intake_contactrequest_promised",
                violation_error_message="A call that was asked for has a time.",
            ),
            models.CheckConstraint(
                condition=models.Q(status="calling", assigned_to__isnull=False, calling_since__isnull=False)
                | (~models.Q(status="calling") & models.Q(calling_since__isnull=True)),
                name="intake_contactrequest_calling_has_caller",
                violation_error_message="A call under way names who calls and since when.",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=False, status="closed") & ~models.Q(close_reason="")
                | (~models.Q(status="closed") & models.Q(closed_at__isnull=True, close_reason="")),
                name="intake_contactrequest_close_complete",
                violation_error_message="A closed request says when and why; an open one does not.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "next_call_at", "id"],
                condition=models.Q(kind="call", status__in=["new", "calling", "no_answer"]),
                name="intake_contactrequest_waiting",
            ),
            models.Index(fields=["-received_at", "-id"], name="intake_contactrequest_newest"),
            models.Index(fields=["phone_index"], name="intake_contactrequest_phone"),
        ]

    def __str__(self) -> str:
        return self.reference


class ContactAmendment(SealedModel):
    """What somebody changed within the time allowed after sending, under a data key of its own.

    Append-only. `details` holds the changed values only; the request itself stays as it was sent.
    """

    request = models.ForeignKey(ContactRequest, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(max_length=6, choices=AmendmentKind.choices)
    details = EncryptedJSON()
    at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AmendmentKind.values),
                name="intake_contactamendment_kind_known",
                violation_error_message="An amendment changes or cancels.",
            ),
        ]
        indexes = [models.Index(fields=["request", "at"], name="intake_contactamendment_order")]
