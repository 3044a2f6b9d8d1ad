"""RequestNotPerson: a request was not sent by somebody on file, as staff found."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.contact_request import ContactRequest
from records.fields import EncryptedText
from records.models import Person, SealedModel


class RequestNotPerson(SealedModel):
    """Somebody compared a request with a record and said that it is somebody else. Append-only.

    That record is not offered for the request any more. Sealed with the request's data key.
    """

    request = models.ForeignKey(ContactRequest, on_delete=models.PROTECT, related_name="not_from")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedText()
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"],
                name="intake_requestnotperson_once",
                violation_error_message="This is known already.",
            )
        ]
