"""NextStep: what follows a stay with nights, or that the person does not want it."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.choices import CENTER_LEVELS, Level, NextStepKind
from programs.models.admission import Admission
from records.fields import EncryptedText
from records.models import SealedModel


class NextStep(SealedModel):
    """The next step of one stay; append-only. The database lets nobody leave a 24-hour level without it.

    Care goes on at a level here, or elsewhere, and somebody asks on `review_on` whether it began. A refusal
    has the person's words. The source is seed 000 line 90.
    """

    admission = models.OneToOneField(Admission, on_delete=models.PROTECT, related_name="next_step")
    kind = models.CharField(max_length=9, choices=NextStepKind.choices)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True)
    review_on = models.DateField(null=True)
    words = EncryptedText(null=True)
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="here", level__in=CENTER_LEVELS, review_on__isnull=False)
                | models.Q(kind="elsewhere", level="", review_on__isnull=False, words__isnull=False)
                | models.Q(kind="refused", level="", words__isnull=False),
                name="programs_nextstep_complete",
                violation_error_message="A next step has a level or a place and a day; a refusal has words.",
            )
        ]
