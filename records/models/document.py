"""Document: a file about a person, encrypted in its row."""

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import DocumentKind
from records.fields import EncryptedBytes, EncryptedText
from records.models.person import Person
from records.models.sealed import SealedModel

MAX_BYTES = 10 * 1024 * 1024


class Document(SealedModel):
    """A PDF, JPEG or PNG. `sha256` and `size` are of the stored content, after re-encoding.

    The fingerprint is sealed: a plain one would tell whoever holds the file that it is here.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    content = EncryptedBytes()
    sha256 = EncryptedText()
    uploaded_by = models.UUIDField()
    uploaded_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-uploaded_at"], name="records_document_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MAX_BYTES),
                name="records_document_size",
                violation_error_message="The file must be 10 MB or smaller.",
            ),
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="records_document_type",
                violation_error_message="Choose a PDF, JPEG or PNG file.",
            ),
        ]
