"""The notice that tells a receiver of a withdrawal: do not rely on it further."""

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.choices import NoticeStatus
from records.fields import EncryptedText
from records.models.consent import ConsentRevocation
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedModel


class WithdrawalNotice(SealedModel):
    """One notice for one receiver who was given something on a consent that was taken back.

    Its words are fixed and name nobody in care; they are kept as drafted. `reference` may be spoken and stand
    in an e-mail that says only that a notice waits. Told once: printed, by e-mail and call, or by phone.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="withdrawal_notices")
    revocation = models.ForeignKey(ConsentRevocation, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=12, unique=True)
    text = EncryptedText()
    status = models.CharField(max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT)
    address = EncryptedText(null=True)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    told_at = models.DateTimeField(null=True)
    told_by = models.UUIDField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["revocation", "recipient"],
                name="records_withdrawalnotice_once",
                violation_error_message="This receiver has a notice of this withdrawal.",
            ),
            models.CheckConstraint(
                condition=Q(status=NoticeStatus.DRAFT, told_at__isnull=True, told_by__isnull=True)
                | Q(
                    status__in=[NoticeStatus.PRINTED, NoticeStatus.MAILED, NoticeStatus.PHONED],
                    told_at__isnull=False,
                    told_by__isnull=False,
                ),
                name="records_withdrawalnotice_told",
                violation_error_message="A notice that was given says how, when and by whom.",
            ),
        ]
