"""IdentityCheck: how we made sure who asks for a copy of the record (42 CFR 2.23; 45 CFR 164.514(h))."""

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices_door import Authority, CheckedHow
from records.fields import EncryptedText
from records.models.document import Document
from records.models.person import Person
from records.models.sealed import SealedModel
from records.sealed_rules import filled


class IdentityCheck(SealedModel):
    """One check, of the person or of a representative with the evidence of authority. Append-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identity_checks")
    how = models.CharField(max_length=12, choices=CheckedHow.choices)
    authority = models.CharField(max_length=12, choices=Authority.choices, blank=True)
    representative_name = EncryptedText(null=True)
    evidence = EncryptedText(null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    checked_by = models.UUIDField()
    checked_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["person", "-checked_at"], name="records_identitycheck_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=CheckedHow.values),
                name="records_identitycheck_how",
                violation_error_message="Select how you made sure who it is.",
            ),
            models.CheckConstraint(
                condition=Q(authority="", representative_name__isnull=True, evidence__isnull=True)
                | Q(authority__in=Authority.values) & filled("representative_name", "evidence"),
                name="records_identitycheck_authority",
                violation_error_message="A representative is named, with the evidence of their authority.",
            ),
        ]
