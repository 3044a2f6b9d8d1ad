"""A passphrase by which a relative or friend is known on the phone."""

from django.db import models
from django.db.models import Q

from config.clock import AppNow
from records.fields import EncryptedText
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.sealed import SealedModel

PASSPHRASE_TRIES = 5


class TrustedContact(SealedModel):
    """The passphrase of one helper of one person. It says who calls, never what may be told.

    `passphrase` is a slow hash of it, sealed with the person's key. After five wrong tries it is locked for
    good: the person gives a new one, which is a new row. `ended_at` is set once.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trusted_contacts")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="passphrases")
    passphrase = EncryptedText()
    tries = models.PositiveSmallIntegerField(default=0)
    made_by = models.UUIDField()
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(ended_at__isnull=True),
                name="records_trustedcontact_one",
                violation_error_message="This helper has a passphrase.",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=PASSPHRASE_TRIES),
                name="records_trustedcontact_tries",
                violation_error_message="The passphrase was tried too often.",
            ),
        ]

    @property
    def locked(self) -> bool:
        """Say whether it was wrong too often."""
        return self.tries >= PASSPHRASE_TRIES
