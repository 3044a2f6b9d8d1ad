"""Consent: a person's written permission, with every element of 42 CFR 2.31 as data.

A draft may change. Once signed, a row is frozen: a trigger lets only the withdrawal or the end be set, once.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import Category, ConsentKind, ConsentStatus, Language, Purpose, RevokedHow
from records.fields import EncryptedJSON, EncryptedText
from records.models.consent_rules import KIND_RULES
from records.models.document import Document
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedModel

_DRAFTS = (ConsentStatus.DRAFT, ConsentStatus.DISCARDED, ConsentStatus.NEEDS_REVIEW)
_KEPT = (ConsentStatus.INCOMPLETE, ConsentStatus.SIGNED, ConsentStatus.REVOKED, ConsentStatus.EXPIRED)


class Consent(SealedModel):
    """One permission: who may give what to whom, why, and until when.

    `offered` is what staff asked about; `categories` is what the person chose. `expires_at` is the instant at
    which the day `expires_on` ends in the center's zone. `elements` is what was frozen, with a random salt,
    and `sha256` its fingerprint together with both texts (see `records.consent_seal`).

    `signer` is who signs, and `cosigner` who must sign as well before it is active (a minor's parent);
    `signer_name` and `signer_evidence` are of whichever of them is not the person. `minor_rule` is the rule
    that was applied, with its state and age. `matter` is the proceeding, case or study.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=20, choices=ConsentKind.choices, default=ConsentKind.SPECIFIC)
    status = models.CharField(max_length=10, choices=ConsentStatus.choices, default=ConsentStatus.DRAFT)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    text_version = models.PositiveSmallIntegerField()

    patient_name = EncryptedText()
    discloser = models.CharField(max_length=160)
    recipients = models.ManyToManyField(Recipient, through="ConsentRecipient", related_name="consents")
    recipient_class = models.CharField(max_length=200, blank=True)
    intermediary = models.CharField(max_length=160, blank=True)
    participants = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    purposes = ArrayField(models.CharField(max_length=20, choices=Purpose.choices), default=list)
    offered = ArrayField(models.CharField(max_length=20, choices=Category.choices), default=list)
    categories = ArrayField(
        models.CharField(max_length=20, choices=Category.choices), default=list, blank=True
    )
    statements = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    expires_on = models.DateField(null=True)
    expires_event = EncryptedText(null=True)
    expires_at = models.DateTimeField(null=True)

    text_en = EncryptedText(null=True)
    text_es = EncryptedText(null=True)
    elements = EncryptedJSON(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    signature = EncryptedText(null=True)
    signer = models.CharField(max_length=20, blank=True)
    signed_at = models.DateTimeField(null=True)
    signer_name = EncryptedText(null=True)
    signer_evidence = EncryptedText(null=True)
    evidence_document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    cosigner = models.CharField(max_length=20, blank=True)
    cosigned_at = models.DateTimeField(null=True)
    minor_rule = models.CharField(max_length=60, blank=True)
    interpreter = EncryptedText(null=True)
    matter = EncryptedText(null=True)

    revoked_at = models.DateTimeField(null=True)
    revoked_how = models.CharField(max_length=10, choices=RevokedHow.choices, blank=True)
    expired_at = models.DateTimeField(null=True)
    created_by = models.UUIDField()
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(fields=["person", "-created_at"], name="records_consent_of_person"),
            models.Index(
                fields=["expires_at"], condition=Q(status=ConsentStatus.SIGNED), name="records_consent_ending"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ConsentKind.values),
                name="records_consent_kind_known",
                violation_error_message="Choose a type of consent.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=_DRAFTS, signed_at__isnull=True, sha256="")
                | Q(
                    status__in=_KEPT,
                    signed_at__isnull=False,
                    sha256__regex="^[0-9a-f]{64}$",
                    signature__isnull=False,
                    text_en__isnull=False,
                    text_es__isnull=False,
                    elements__isnull=False,
                    categories__len__gt=0,
                    purposes__len__gt=0,
                ),
                name="records_consent_signed_is_complete",
                violation_error_message="A signed consent holds its text, its choices and its signature.",
            ),
            models.CheckConstraint(
                condition=Q(status=ConsentStatus.REVOKED, revoked_at__isnull=False)
                | Q(~Q(status=ConsentStatus.REVOKED), revoked_at__isnull=True),
                name="records_consent_revoked_at",
                violation_error_message="A withdrawn consent says when it was withdrawn.",
            ),
            models.CheckConstraint(
                condition=Q(status=ConsentStatus.EXPIRED, expired_at__isnull=False)
                | Q(~Q(status=ConsentStatus.EXPIRED), expired_at__isnull=True),
                name="records_consent_expired_at",
                violation_error_message="An ended consent says when it ended.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=False, expires_at__isnull=False)
                | Q(expires_event__isnull=False),
                name="records_consent_ends",
                violation_error_message="A consent names the day or the event on which it ends.",
            ),
            *KIND_RULES,
        ]

    def __str__(self) -> str:
        return f"consent {self.id}"

    @property
    def signing(self) -> Any:
        """Return the first signature, or None."""
        return self.signatures.order_by("signed_at", "id").first()


class ConsentRecipient(models.Model):
    """One recipient that a consent names. The person may take out one of several (`revoked_at`)."""

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="named")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consent", "recipient"],
                name="records_consentrecipient_once",
                violation_error_message="This consent already names this recipient.",
            ),
        ]

    def __str__(self) -> str:
        return f"recipient of consent {self.consent_id}"


class ConsentRevocation(SealedModel):
    """One withdrawal as it was received; append-only. `recipient` is null when it is the whole consent.

    `received_at` is when the person said or wrote it; `recorded_at` when we wrote it down and it took effect.
    """

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="revocations")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=10, choices=RevokedHow.choices)
    received_at = models.DateTimeField()
    note = EncryptedText(null=True)
    recorded_by = models.UUIDField()
    recorded_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=RevokedHow.values),
                name="records_consentrevocation_how_known",
                violation_error_message="Select how the person told us.",
            ),
        ]
