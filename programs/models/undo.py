"""AdmissionUndo: an admission that was a mistake, taken back within minutes."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.models.admission import Admission
from records.fields import EncryptedText
from records.models import SealedModel


class AdmissionUndo(SealedModel):
    """Who took an admission back, when and why. Rows are only added; the trigger ends the stay.

    The admission itself is never changed beyond that: it says what was done, this says that it was a mistake.
    """

    admission = models.OneToOneField(Admission, on_delete=models.PROTECT, related_name="undo")
    reason = EncryptedText()
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(db_default=AppNow(), editable=False)
