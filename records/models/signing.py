"""How a consent came to be signed: the invitation to sign at a distance, and the record of the signature."""

import uuid

from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from records.choices import InvitationOutcome, Language, Signer, SigningMethod
from records.fields import EncryptedJSON, EncryptedText
from records.models.consent import Consent
from records.models.document import Document
from records.models.sealed import SealedModel

TRIES = 5


class SigningInvitation(models.Model):
    """A spoken word and a spoken code with which a person opens one consent on their own phone, once.

    Only keyed hashes of word, code and the browser's cookie are stored. `expires_at` is 30 minutes after it
    was made; `copy_until` 30 minutes after the signature.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="invitations")
    word_hash = models.BinaryField(max_length=32, unique=True)
    code_hash = models.BinaryField(max_length=32)
    browser_hash = models.BinaryField(max_length=32, null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    copy_until = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, choices=InvitationOutcome.choices, default=InvitationOutcome.OPEN, blank=True
    )
    created_by = models.UUIDField()
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["browser_hash"], name="records_invitation_browser")]
        constraints = [
            models.UniqueConstraint(
                fields=["consent"],
                condition=Q(outcome=InvitationOutcome.OPEN),
                name="records_invitation_one_open",
                violation_error_message="There is already an open invitation for this consent.",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=TRIES),
                name="records_invitation_tries",
                violation_error_message="The code was tried too often.",
            ),
        ]

    def __str__(self) -> str:
        return f"signing invitation {self.id}"

    @property
    def locked(self) -> bool:
        """Say whether the code was wrong too often."""
        return self.opened_at is None and self.tries >= TRIES


class ConsentSignature(SealedModel):
    """Who signed, how, in which language, over which fingerprint; append-only.

    `context` says how we know who it was (spoken code, or the member of staff who was present). `role` is by
    what right; a consent has one signature of each. On paper, `document` is the scan, `witness_id` vouched
    for it and `checked_by` checked it.
    """

    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=20, choices=Signer.choices, default=Signer.PERSON)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    checked_by = models.UUIDField(null=True)
    invitation = models.ForeignKey(SigningInvitation, on_delete=models.PROTECT, null=True, related_name="+")
    method = models.CharField(max_length=12, choices=SigningMethod.choices)
    typed_name = EncryptedText()
    intent = EncryptedText()
    context = EncryptedJSON()
    language = models.CharField(max_length=2, choices=Language.choices)
    sha256 = models.CharField(max_length=64)
    witness_id = models.UUIDField(null=True)
    signed_at = models.DateTimeField()

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(method=SigningMethod.ON_SCREEN, witness_id__isnull=False, invitation__isnull=True)
                | Q(method=SigningMethod.AT_DISTANCE, invitation__isnull=False)
                | Q(
                    ~Q(checked_by=F("witness_id")),
                    method=SigningMethod.PAPER,
                    witness_id__isnull=False,
                    checked_by__isnull=False,
                    document__isnull=False,
                    invitation__isnull=True,
                ),
                name="records_consentsignature_how",
                violation_error_message="A signature names its witness, its invitation or its scan.",
            ),
            models.UniqueConstraint(
                fields=["consent", "role"],
                name="records_consentsignature_once",
                violation_error_message="This signature is on the consent already.",
            ),
        ]
