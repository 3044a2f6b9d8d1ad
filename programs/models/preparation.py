"""What is arranged before a person comes: seven things to prepare, and how and when they arrive."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from intake.models import Episode
from programs.choices_admission import Preparation, PreparationState
from records.fields import EncryptedJSON, EncryptedText
from records.models import SealedModel


class ChecklistItem(SealedModel):
    """One of the seven things to prepare (seed 003 line 140) of one episode; without a row it is open."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="checklist")
    item = models.CharField(max_length=12, choices=Preparation.choices)
    state = models.CharField(max_length=10, choices=PreparationState.choices, default=PreparationState.OPEN)
    owner = EncryptedText(blank=True)
    note = EncryptedText(blank=True)
    done_on = models.DateField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(db_default=AppNow())

    @property
    def said(self) -> list[str]:
        """Return what is written, as a page can carry it: state, owner, day, note."""
        return [self.state, self.owner, self.done_on.isoformat() if self.done_on else "", self.note]

    class Meta(SealedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "item"],
                name="programs_checklistitem_once",
                violation_error_message="This is on the list already.",
            ),
            models.CheckConstraint(
                condition=models.Q(item__in=Preparation.values),
                name="programs_checklistitem_known",
                violation_error_message="This is not one of the seven things to prepare.",
            ),
            models.CheckConstraint(
                condition=models.Q(state="done", done_on__isnull=False)
                | models.Q(state__in=["open", "not_needed"], done_on__isnull=True),
                name="programs_checklistitem_done_when",
                violation_error_message="What is done has a day; what is not done has none.",
            ),
        ]


class ArrivalPlan(SealedModel):
    """When a person is expected, who brings them and how. A change is a new row; the newest counts."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="arrival_plans")
    expected_at = models.DateTimeField()
    details = EncryptedJSON()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["episode", "-made_at"], name="programs_arrivalplan_newest")]
