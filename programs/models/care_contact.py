"""CareContact: who else cares for a person, or is to be called in an emergency."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.choices_admission import ContactKind
from records.fields import EncryptedJSON
from records.models import Person, Recipient, SealedModel


class CareContact(SealedModel):
    """One clinician, pharmacy or emergency contact of a person; the words are sealed with the person's key.

    `recipient` is whom a consent names: without a live one for treatment nobody is called about the person.
    A change is a new row, and the old one ends.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_contacts")
    kind = models.CharField(max_length=12, choices=ContactKind.choices)
    details = EncryptedJSON()
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(ended_at=None), name="programs_carecontact_live"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ContactKind.values),
                name="programs_carecontact_kind",
                violation_error_message="This kind of contact is not known.",
            )
        ]
