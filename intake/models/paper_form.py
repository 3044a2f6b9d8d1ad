"""PaperForm: one form that was filled in by hand while the system was away, and entered afterwards."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models.episode import Episode
from records.fields import EncryptedText
from records.models import SealedModel


class PaperForm(SealedModel):
    """One printed form. While it is open, what its user saves on the episode counts as said at `observed_at`.

    `serial` is what is printed on it, so that it is entered once. `asked_by`: who filled it in, as written.
    A trigger keeps it as it was begun; it is only finished, once.
    """

    serial = models.CharField(max_length=6)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="paper_forms")
    observed_at = models.DateTimeField()
    asked_by = EncryptedText()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(db_default=AppNow(), editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-entered_at"], name="intake_paperform_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["serial"],
                name="intake_paperform_entered_once",
                violation_error_message="This form was entered before.",
            ),
            models.UniqueConstraint(
                fields=["episode", "entered_by"],
                condition=models.Q(finished_at__isnull=True),
                name="intake_paperform_one_open",
                violation_error_message="Finish the paper form that you are entering first.",
            ),
            models.CheckConstraint(
                condition=models.Q(observed_at__lte=models.F("entered_at")),
                name="intake_paperform_not_in_future",
                violation_error_message="A form is filled in before it is entered.",
            ),
        ]
