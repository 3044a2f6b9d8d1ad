"""PlannedLeave: on which day an admitted person is expected to leave."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from programs.models.admission import Admission


class PlannedLeave(models.Model):
    """A day on which a stay is planned to end; append-only. The last row of a stay counts.

    `leaves_on` is empty when the plan was dropped. It decides nothing: beds are freed by a discharge only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="planned_leaves")
    leaves_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=AppNow(), editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["admission", "-made_at"], name="programs_plannedleave_last")]

    def __str__(self) -> str:
        return f"planned leave {self.id}"
