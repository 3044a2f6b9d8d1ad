"""Audit events: append-only, no foreign keys, ids and field names only; and their seals, a keyed chain."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.choices import ActorKind, Damage
from config.clock import AppNow


class PgCurrentXact(models.Func):
    """SQL pg_current_xact_id() as text: which transaction wrote the row."""

    template = "pg_current_xact_id()::text"
    output_field = models.TextField()


class ClusterEpoch(models.Func):
    """SQL audit_cluster_epoch(): which cluster wrote the row; a restore elsewhere begins a new one."""

    template = "audit_cluster_epoch()"
    output_field = models.TextField()


class Event(models.Model):
    """One thing somebody did or saw.

    `name` is "noun.verb"; `role` is what the actor was at that moment; `session` tells sign-ins apart and
    opens none (audit.context). Time, transaction and cluster are set by a trigger, whatever an INSERT says.
    `fields` are names of fields, never their values; `ids` holds ids, codes and
    counts. Nothing here is clinical text, and nothing points at another table, so that no deletion
    elsewhere can touch the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    name = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True, db_default="")
    session = models.CharField(max_length=16, blank=True, db_default="")
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    fields = ArrayField(models.CharField(max_length=60), default=list)
    ids = models.JSONField(default=dict)
    transaction = models.TextField(db_default=PgCurrentXact(), editable=False)
    epoch = models.TextField(db_default=ClusterEpoch(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-at"], name="audit_event_person"),
            models.Index(fields=["object_id", "-at"], name="audit_event_object"),
            models.Index(fields=["actor_id", "-at"], name="audit_event_actor"),
            models.Index(fields=["-at", "id"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Seal(models.Model):
    """One link of the chain: the fingerprint of one event, numbered from 1 without gaps, under a keyed code.

    A trigger lets only the next number in, with the fingerprint of the one before it. The format is that of
    audit.verifier; docs/audit.md explains it.
    """

    number = models.BigIntegerField(primary_key=True)
    event_id = models.UUIDField(unique=True)
    digest = models.BinaryField()
    previous = models.BinaryField()
    key_id = models.CharField(max_length=40)
    sealed_at = models.DateTimeField()
    mac = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="audit_seal_number",
                violation_error_message="Seals are numbered from 1.",
            ),
            models.CheckConstraint(
                condition=models.Q(key_id__regex=r"^[A-Za-z0-9_.-]+$"),
                name="audit_seal_key",
                violation_error_message="A key's name is made of letters, digits, dots and dashes.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Alarm(models.Model):
    """Damage to the trail that the watch found: which kind, at which number. Known once, never taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Damage.choices)
    number = models.BigIntegerField()
    event_id = models.UUIDField(null=True)
    found_at = models.DateTimeField(db_default=AppNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["-found_at", "id"], name="audit_alarm_found")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="audit_alarm_once",
                violation_error_message="This damage is known already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Watch(models.Model):
    """How far the watch has come: new seals up to `reached`; the whole trail anew up to `again`."""

    id = models.SmallIntegerField(primary_key=True)
    reached = models.BigIntegerField(default=0)
    reached_hash = models.CharField(max_length=64, default="0" * 64)
    again = models.BigIntegerField(default=0)
    whole_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="audit_watch_one_row",
                violation_error_message="There is one watch.",
            )
        ]

    def __str__(self) -> str:
        return str(self.reached)
