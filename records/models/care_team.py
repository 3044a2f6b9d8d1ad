"""CareTeam: who works with whom. Decides whose record a member of staff may open."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.choices import Role
from config.clock import AppNow
from records.choices import TeamReason
from records.models.person import Person

ACTIVE = Q(ended_at__isnull=True)


class CareTeam(models.Model):
    """One membership: a user or a role works with a person, from `since` until it is ended or `until` passes.

    A row is ended, never changed or deleted, so that the rows are the history. `added_by` is null when a rule
    of ours added it. Holds nothing about the person's health.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.CharField(max_length=12, choices=TeamReason.choices)
    since = models.DateTimeField(db_default=AppNow(), editable=False)
    until = models.DateTimeField(null=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["user", "person"], condition=ACTIVE, name="records_careteam_of_user"),
            models.Index(fields=["role", "person"], condition=ACTIVE, name="records_careteam_of_role"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "user"],
                condition=ACTIVE & Q(user__isnull=False),
                name="records_careteam_one_user",
                violation_error_message="This colleague is on the team already.",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=ACTIVE & ~Q(role=""),
                name="records_careteam_one_role",
                violation_error_message="This role is on the team already.",
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, role="") | Q(user__isnull=True, role__in=Role.values),
                name="records_careteam_user_or_role",
                violation_error_message="A member is either a colleague or a role.",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=TeamReason.values),
                name="records_careteam_reason_known",
                violation_error_message="This reason is not known.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="records_careteam_until_later",
                violation_error_message="The end must be later than the beginning.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True),
                name="records_careteam_end_complete",
                violation_error_message="Who ended it goes with when.",
            ),
        ]

    def __str__(self) -> str:
        return f"care team {self.id}"

    @property
    def who(self) -> str:
        """Return the colleague's name, or the role in the plural."""
        return str(self.user) if self.user is not None else f"All with the role “{self.get_role_display()}”"
