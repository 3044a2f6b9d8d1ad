"""Which browsers somebody signed in from before, and what they should be told about their account."""

import uuid

from django.db import models

from accounts.choices import Told
from accounts.models.users import User
from config.clock import AppNow


class KnownBrowser(models.Model):
    """A browser in which a user signed in: only a keyed hash of the mark that its cookie holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="known_browsers")
    mark = models.BinaryField(max_length=32)
    first_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "mark"],
                name="accounts_knownbrowser_one_row",
                violation_error_message="This browser is known already.",
            )
        ]

    def __str__(self) -> str:
        return f"browser {self.pk}"


class AccountNotice(models.Model):
    """Something about their own account that a user should look at; also sent as a neutral mail."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_notices")
    kind = models.CharField(max_length=30, choices=Told.choices)
    browser = models.CharField(max_length=60, blank=True)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="accounts_notice_user_at")]

    def __str__(self) -> str:
        return f"notice {self.pk}"
