"""What was done to an account: its roles in order, links that let somebody in once, lost factors."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.choices import Change, LinkKind, RecoveryKind, Role
from accounts.models.users import User
from config.clock import AppNow


class AccountChange(models.Model):
    """One change of an account, for good: made, another role, switched off or on. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=Change.choices)
    old_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    new_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")  # null: a command
    at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="accounts_change_user_at")]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=True) | ~Q(by=F("user")),
                name="accounts_accountchange_by_another",
                violation_error_message="Nobody changes their own account; ask another administrator.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[Change.ROLE, Change.OFF]) | ~Q(reason=""),
                name="accounts_accountchange_has_reason",
                violation_error_message="Say why.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AccountLink(models.Model):
    """A link that works once, for an hour: an invitation, or the way back in. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_links")
    kind = models.CharField(max_length=20, choices=LinkKind.choices)
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # used, or replaced by a later one

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="accounts_accountlink_one_live",
                violation_error_message="There is a link already.",
            )
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


class Recovery(models.Model):
    """Somebody lost their second factor or password: one person starts, another confirms who it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recoveries")
    kind = models.CharField(max_length=20, choices=RecoveryKind.choices)
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(db_default=AppNow(), editable=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)  # confirmed or dropped

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(started_by=F("user")) & (Q(confirmed_by=None) | ~Q(confirmed_by=F("user"))),
                name="accounts_recovery_not_own",
                violation_error_message="Nobody vouches for themselves.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("started_by")),
                name="accounts_recovery_two_people",
                violation_error_message="Somebody else must confirm who it is.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at__isnull=True),
                name="accounts_recovery_one_open",
                violation_error_message="A recovery is under way already.",
            ),
        ]

    def __str__(self) -> str:
        return f"recovery {self.pk}"
