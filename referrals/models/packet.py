"""Packet: what one partner was given, kept once and shown again as it was; and what went by fax."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel
from referrals.choices import FaxOutcome


class Packet(SealedModel):
    """One version of the packet of an offer. Append-only; page, PDF and FHIR are made from it alone.

    `content` is what left, with the notice, the consent and who is who, as `referrals.actions.packets` made
    it; `sha256` is its fingerprint (canonical JSON, with a random salt inside). `disclosure` is its row of
    the accounting, and `version` is that row's.
    """

    offer = models.ForeignKey("referrals.Offer", on_delete=models.PROTECT, related_name="packets")
    disclosure = models.OneToOneField("records.Disclosure", on_delete=models.PROTECT, related_name="packet")
    version = models.PositiveIntegerField()
    content = EncryptedJSON()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(db_default=AppNow())

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "version"],
                name="referrals_packet_one_per_version",
                violation_error_message="This version of the packet exists.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
                name="referrals_packet_fingerprint",
                violation_error_message="A packet has a fingerprint.",
            ),
        ]

    def __str__(self) -> str:
        return f"packet {self.id}"


class FaxLog(SealedModel):
    """One sending of a packet by fax: by whom, to which number, how many pages, how it went. Append-only."""

    packet = models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="faxes")
    number = EncryptedText()
    pages = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=FaxOutcome.choices)
    at = models.DateTimeField(db_default=AppNow())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["packet", "-at"], name="referrals_fax_by_packet")]
        constraints = [
            models.CheckConstraint(
                condition=Q(pages__gte=1, pages__lte=500),
                name="referrals_faxlog_pages",
                violation_error_message="A fax has 1 to 500 pages.",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=FaxOutcome.values),
                name="referrals_faxlog_outcome",
                violation_error_message="A fax went through or did not.",
            ),
        ]

    def __str__(self) -> str:
        return f"fax {self.id}"
