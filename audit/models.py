"""Audit events: append-only, no foreign keys, ids and field names only."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.choices import ActorKind
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

    `name` is "noun.verb"; `fields` are names of fields, never their values; `ids` holds ids, codes and
    counts. Nothing here is clinical text, and nothing points at another table, so that no deletion
    elsewhere can touch the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=AppNow(), editable=False)
    name = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_id = models.UUIDField(null=True)
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
