"""ProgramRevision: what a program offered from one moment on, who changed it, and why."""

from django.conf import settings
from django.db import models

from programs.models.program import Program


class ProgramRevision(models.Model):
    """One revision of a program; append-only. The database writes it with every change of a program.

    `offer` has the columns of the program as they were, and `beds`, the labels of its open beds.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    offer = models.JSONField()
    reason = models.CharField(max_length=200)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "number"],
                name="programs_programrevision_number",
                violation_error_message="This revision exists.",
            ),
        ]

    def __str__(self) -> str:
        return f"revision {self.number}"
