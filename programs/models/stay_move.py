"""StayMove: a person who is here moves to another bed, or into another program."""

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.models.admission import Admission
from programs.models.bed import Bed
from programs.models.decision import Determination
from programs.models.program import Program
from programs.models.program_revision import ProgramRevision
from records.fields import EncryptedText
from records.models import SealedModel


class StayMove(SealedModel):
    """One move of a stay, with the reason; append-only. Its triggers judge it and then move the stay.

    Within one level of care a reason is enough. Another level rests on the `determination` in force for it,
    and follows the table of steps; from a day program into a bed it is no move but an admission, with a
    clearance. Where from, the revision of the program and the time are written by the trigger. The open
    review of a stay is due at `review_at` after a move to another level.
    """

    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="moves")
    from_program = models.ForeignKey(Program, on_delete=models.PROTECT, editable=False, related_name="+")
    from_bed = models.ForeignKey(Bed, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    to_program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    to_bed = models.ForeignKey(Bed, on_delete=models.PROTECT, null=True, related_name="+")
    program_revision = models.ForeignKey(
        ProgramRevision, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    determination = models.ForeignKey(Determination, on_delete=models.PROTECT, null=True, related_name="+")
    review_at = models.DateTimeField(null=True)
    reason = EncryptedText()
    moved_at = models.DateTimeField(db_default=AppNow(), editable=False)
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(SealedModel.Meta):
        indexes = [models.Index(fields=["admission", "-moved_at"], name="programs_staymove_newest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review_at=None)
                | models.Q(determination__isnull=False, review_at__gt=models.F("moved_at")),
                name="programs_staymove_review_of_level",
                violation_error_message="A review starts anew after a move to another level.",
            )
        ]
