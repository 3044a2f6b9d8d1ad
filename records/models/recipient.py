"""Recipient: whom consents and disclosures name."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.clock import AppNow
from records.choices import LegalStatus, RecipientKind


class Recipient(models.Model):
    """A facility, prescriber, payer or helper that a consent can name. Not a person in our care.

    `legal_status` decides which rule of redisclosure goes with a packet (42 CFR 2.33); without one the
    recipient can't receive a packet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    kind = models.CharField(max_length=20, choices=RecipientKind.choices)
    legal_status = models.CharField(max_length=30, choices=LegalStatus.choices, blank=True)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "kind"],
                name="records_recipient_name",
                violation_error_message="A recipient of this kind and name exists.",
            ),
        ]
        indexes = [models.Index(fields=["name", "id"], name="records_recipient_by_name")]

    def __str__(self) -> str:
        return self.name
