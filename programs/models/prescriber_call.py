"""PrescriberCall: whom to ask about a person's medicines during a stay, and each try that reached nobody."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from programs.choices_prescriber import BY_SOMEONE, TOLD, PrescriberOutcome
from programs.models.admission import Admission
from programs.models.care_contact import CareContact
from records.fields import EncryptedJSON
from records.models import Disclosure, SealedModel


class PrescriberCall(SealedModel):
    """One prescriber to call during one stay, with who does it and by when, until it has an outcome.

    `said` is {"told": what was told, "words": what they said, or why it is not needed}. Where something was
    told, `disclosure` is its accounting row, which the door wrote under a consent that names the prescriber.
    """

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="prescriber_calls")
    contact = models.ForeignKey(CareContact, on_delete=models.PROTECT, related_name="calls")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=PrescriberOutcome.choices, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    said = EncryptedJSON(null=True)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(done_at=None), name="programs_prescribercall_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "contact"],
                name="programs_prescribercall_once",
                violation_error_message="This call is on the list already.",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, outcome="")
                | Q(done_at__isnull=False, outcome__in=PrescriberOutcome.values),
                name="programs_prescribercall_ends_once",
                violation_error_message="A call that is over says when and how it ended.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=BY_SOMEONE, done_by__isnull=False, said__isnull=False)
                | ~Q(outcome__in=BY_SOMEONE) & Q(done_by__isnull=True, said__isnull=True),
                name="programs_prescribercall_by_someone",
                violation_error_message="Say who wrote the outcome, and in words.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=TOLD, disclosure__isnull=False)
                | ~Q(outcome__in=TOLD) & Q(disclosure__isnull=True),
                name="programs_prescribercall_accounted",
                violation_error_message="What is told to a prescriber is accounted for, and only that.",
            ),
        ]


class PrescriberTry(models.Model):
    """One try that reached nobody, and when the next one is; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(PrescriberCall, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["call", "-at"], name="programs_prescribertry_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(next_at__gt=F("at")),
                name="programs_prescribertry_next_later",
                violation_error_message="The next try is later than this one.",
            )
        ]

    def __str__(self) -> str:
        return f"prescriber try {self.pk}"
