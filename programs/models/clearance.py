"""Medical clearance: the outside clinician's document, its limits, and its history."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.choices import ActorKind
from config.clock import AppNow
from intake.models import Episode
from programs.choices import ClearanceDecision, ClearanceStatus, ReceivedVia, RevokeReason
from records.fields import EncryptedJSON, EncryptedText
from records.models import Document, SealedModel

LONGEST_VALID = timedelta(days=30)
"""Whatever windows a center sets, no clearance outlives this."""

_NOT_RECEIVED = ["needed", "requested"]


def _user() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")


class MedicalClearance(SealedModel):
    """One clearance of one episode. Once received its content is frozen; a mistake is rejected, then redone.

    Plain columns are what the gate judges by. `source_id` is the id of the offer whose link it came through;
    `recorded_by` the member of staff who typed it in from paper.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="clearances")
    status = models.CharField(max_length=12, choices=ClearanceStatus.choices, default=ClearanceStatus.NEEDED)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    requested_at = models.DateTimeField(null=True)
    received_via = models.CharField(max_length=8, choices=ReceivedVia.choices, blank=True)
    received_at = models.DateTimeField(null=True)
    source_id = models.UUIDField(null=True)
    recorded_by = _user()
    decision = models.CharField(max_length=20, choices=ClearanceDecision.choices, blank=True)
    stable = models.BooleanField(null=True)
    examined_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    content = EncryptedJSON(null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_by = _user()
    accepted_at = models.DateTimeField(null=True)
    gaps_note = EncryptedText(null=True)
    verified_by = _user()
    verified_at = models.DateTimeField(null=True)
    verification = EncryptedJSON(null=True)
    rejected_by = _user()
    rejected_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = _user()
    revoke_reason = EncryptedText(null=True)  # a code of RevokeReason
    reason = EncryptedText(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["episode", "-created_at"], name="programs_clearance_newest"),
            models.Index(
                fields=["valid_until"],
                condition=Q(status__in=["received", "accepted", "verified"]),
                name="programs_clearance_expiry",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(status__in=_NOT_RECEIVED),
                name="programs_medicalclearance_one_awaited",
                violation_error_message="A clearance is already awaited for this episode.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ClearanceStatus.values),
                name="programs_medicalclearance_status_known",
                violation_error_message="This status is not known.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_NOT_RECEIVED, received_at__isnull=True, decision="")
                | ~Q(status__in=_NOT_RECEIVED)
                & Q(
                    received_at__isnull=False,
                    decision__in=ClearanceDecision.values,
                    received_via__in=ReceivedVia.values,
                    stable__isnull=False,
                    examined_at__isnull=False,
                    signed_at__isnull=False,
                    valid_until__isnull=False,
                    content__isnull=False,
                ),
                name="programs_medicalclearance_complete",
                violation_error_message="A received clearance has its decision, examination and end.",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["accepted", "verified"]) | Q(accepted_by__isnull=False),
                name="programs_medicalclearance_accepted_by",
                violation_error_message="An accepted clearance says who accepted it.",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="programs_medicalclearance_verified_by",
                violation_error_message="A verified clearance says who verified it.",
            ),
            models.CheckConstraint(
                condition=(Q(verified_by__isnull=True) | Q(accepted_by__isnull=False))
                & ~Q(verified_by=F("accepted_by"))
                & ~Q(verified_by=F("recorded_by")),
                name="programs_medicalclearance_two_people",
                violation_error_message="Someone other than who recorded or accepted it must verify it.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(
                    valid_until__gt=F("examined_at"),
                    valid_until__lte=F("examined_at") + LONGEST_VALID,
                    signed_at__gte=F("examined_at"),
                ),
                name="programs_medicalclearance_times_fit",
                violation_error_message="Signed after the examination, and valid for a limited time.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoke_reason__isnull=True) & ~Q(status="revoked")
                | Q(revoked_at__isnull=False, status="revoked", revoke_reason__isnull=False),
                name="programs_medicalclearance_revoke_reason",
                violation_error_message="A revoked clearance says why.",
            ),
        ]

    @property
    def revoke_words(self) -> str:
        """Return why it was revoked, in words."""
        return RevokeReason(self.revoke_reason).label if self.revoke_reason else ""

    @property
    def said(self) -> dict[str, Any]:
        """Return what it says; empty until it was received."""
        return self.content or {}


class ClearanceLimit(SealedModel):
    """One limit that the examining clinician set; a clinician of ours accepts each by itself."""

    clearance = models.ForeignKey(MedicalClearance, on_delete=models.PROTECT, related_name="limits")
    position = models.PositiveSmallIntegerField()
    text = EncryptedText()
    accepted_by = _user()
    accepted_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["clearance", "position"],
                name="programs_clearancelimit_in_order",
                violation_error_message="This limit is already there.",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True, accepted_at__isnull=True)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="programs_clearancelimit_accepted",
                violation_error_message="An accepted limit says who accepted it and when.",
            ),
        ]


class ClearanceStatusChange(models.Model):
    """One step of a clearance's status; append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clearance = models.ForeignKey(MedicalClearance, on_delete=models.PROTECT, related_name="changes")
    old = models.CharField(max_length=12, blank=True)
    new = models.CharField(max_length=12, choices=ClearanceStatus.choices)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["clearance", "at"], name="programs_clearchange_in_order")]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"
