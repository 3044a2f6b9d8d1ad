"""Recipient: whom consents and disclosures name."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import LegalStatus, RecipientKind
from records.fields import EncryptedText
from records.models.data_key import DataKey
from records.models.person import Person
from records.models.sealed import SealedModel


class Recipient(SealedModel):
    """Somebody that a consent can name. Not a person in our care.

    An organisation stands in the directory by its plain `name` and `aliases`. A helper (a relative or a
    friend) belongs to one `person`: the name is `sealed_name`, under that person's key, and nothing about
    them is plain. `called` is the name of either.

    `legal_status` decides which rule of redisclosure goes with a packet (42 CFR 2.33); without one the
    recipient can't receive a packet.
    """

    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="helpers")
    name = models.CharField(max_length=120, blank=True)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    sealed_name = EncryptedText(null=True)
    kind = models.CharField(max_length=20, choices=RecipientKind.choices)
    legal_status = models.CharField(max_length=30, choices=LegalStatus.choices, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["name", "kind"],
                condition=~Q(name=""),
                name="records_recipient_name",
                violation_error_message="A recipient of this kind and name exists.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=RecipientKind.HELPER,
                    person__isnull=False,
                    data_key__isnull=False,
                    sealed_name__isnull=False,
                    name="",
                    aliases=[],
                )
                | Q(
                    ~Q(kind=RecipientKind.HELPER),
                    ~Q(name=""),
                    person__isnull=True,
                    data_key__isnull=True,
                    sealed_name__isnull=True,
                ),
                name="records_recipient_helper_is_sealed",
                violation_error_message="A helper belongs to one person, and the name is sealed.",
            ),
        ]
        indexes = [
            models.Index(fields=["name", "id"], name="records_recipient_by_name"),
            models.Index(fields=["id"], condition=Q(active=False), name="records_recipient_out_of_use"),
            models.Index(
                fields=["person"], condition=Q(person__isnull=False), name="records_recipient_of_person"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"recipient {self.id}"

    @property
    def called(self) -> str:
        """Return the name: of the directory, or opened with the person's key."""
        return self.name or self.sealed_name or ""
