"""OpenItem: something that was not finished when a person was admitted, with who does it and by when."""

from django.conf import settings
from django.db import models

from programs.choices_admission import ShouldHave
from programs.models.admission import Admission
from records.fields import EncryptedText
from records.models import SealedModel


class OpenItem(SealedModel):
    """One "should have" that was open at an admission. It stays on Today until it is finished.

    `reason` says why the person was admitted all the same. `done_at` is set once; without `done_by` the
    product saw that it was finished.
    """

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="open_items")
    item = models.CharField(max_length=20, choices=ShouldHave.choices)
    reason = EncryptedText()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(SealedModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=models.Q(done_at=None), name="programs_openitem_due"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["admission", "item"],
                name="programs_openitem_once",
                violation_error_message="This is on the list already.",
            ),
            models.CheckConstraint(
                condition=models.Q(item__in=ShouldHave.values),
                name="programs_openitem_known",
                violation_error_message="This is not one of the things an admission should have.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_by__isnull=True) | models.Q(done_at__isnull=False),
                name="programs_openitem_done_when",
                violation_error_message="Say when it was finished.",
            ),
        ]
