"""PassedOver: somebody got a place before others who wait for the same level, and why."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from config.clock import AppNow
from programs.models.admission import Admission
from programs.models.bed import BedUse
from programs.models.slot import SlotHold
from programs.models.stay_move import StayMove
from records.fields import EncryptedText
from records.models import SealedModel


def _one_of(*places: str) -> models.Q:
    """Return that exactly one of these is there."""
    whole = models.Q()
    for one in places:
        whole |= models.Q(**{f"{other}__isnull": other != one for other in places})
    return whole


class PassedOver(SealedModel):
    """Why a hold, an admission or a move came before who was first on the waitlist; append-only.

    It is about one place that somebody got. `entries` are the ids of the waitlist's rows that were passed
    over.
    """

    bed_use = models.OneToOneField(BedUse, on_delete=models.PROTECT, null=True, related_name="passed_over")
    slot_hold = models.OneToOneField(
        SlotHold, on_delete=models.PROTECT, null=True, related_name="passed_over"
    )
    admission = models.OneToOneField(
        Admission, on_delete=models.PROTECT, null=True, related_name="passed_over"
    )
    stay_move = models.OneToOneField(
        StayMove, on_delete=models.PROTECT, null=True, related_name="passed_over"
    )
    entries = ArrayField(models.UUIDField())
    reason = EncryptedText()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta(SealedModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=_one_of("bed_use", "slot_hold", "admission", "stay_move"),
                name="programs_passedover_one_place",
                violation_error_message="A reason is about one hold, one admission or one move.",
            ),
            models.CheckConstraint(
                condition=models.Q(entries__len__gt=0),
                name="programs_passedover_somebody",
                violation_error_message="Say who was passed over.",
            ),
        ]
