"""What must leave, exactly once; who is alive; and which submits were already done."""

import uuid

from django.db import models

from config.clock import AppNow
from outbox.choices import MessageStatus


class Message(models.Model):
    """One thing to deliver. Written in the action's transaction; an insert trigger wakes the relay.

    `kind` names a handler; `ids` holds ids and codes, never names or text about somebody. `secret` is
    sealed under the key ring (a link's token). `leased_until` and `available_at` follow the wall clock.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    to = models.CharField(
        max_length=254, blank=True
    )  # a staff or partner mailbox; never a person in our care
    key = models.CharField(max_length=150)
    ids = models.JSONField(default=dict)
    sealed_secret = models.BinaryField(null=True)
    status = models.CharField(max_length=10, choices=MessageStatus.choices, default=MessageStatus.WAITING)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    available_at = models.DateTimeField(db_default=models.functions.Now())
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="outbox_message_once"),
            models.CheckConstraint(
                condition=models.Q(status="delivered", delivered_at__isnull=False)
                | (~models.Q(status="delivered") & models.Q(delivered_at__isnull=True)),
                name="outbox_message_delivered_has_time",
                violation_error_message="A delivered message says when.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                condition=models.Q(status="waiting"),
                name="outbox_message_waiting",
            ),
            models.Index(
                fields=["-created_at", "id"],
                condition=models.Q(status="failed"),
                name="outbox_message_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Heartbeat(models.Model):
    """When relay, beat and worker last said that they are alive (wall clock)."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class SubmitKey(models.Model):
    """A submit that was done: the same key again leads to the same place and does nothing more."""

    key = models.UUIDField(primary_key=True)
    scope = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="outbox_submitkey_age")]

    def __str__(self) -> str:
        return f"submit {self.key}"

    def done(self, url: str) -> None:
        """Remember where the submit led."""
        self.url = url
        self.save(update_fields=["url"])
