"""A directory file that somebody loads: what it holds, how far it is, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.clock import AppNow
from referrals.choices import ImportStatus


class DirectoryImport(models.Model):
    """One run over a file, real or dry. `content` is compressed; it holds facilities and nobody in care.

    Rows are loaded in parts, each in a transaction of its own; `rows_done` is where the next part begins.
    `errors` are (line, column, message) of the first ones; `error_count` is of all.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    filename = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    dry_run = models.BooleanField()
    status = models.CharField(max_length=7, choices=ImportStatus.choices, default=ImportStatus.WAITING)
    not_read = models.JSONField(default=list)
    rows_total = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=AppNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-requested_at", "id"], name="referrals_import_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ImportStatus.values),
                name="referrals_directoryimport_status",
                violation_error_message="An import waits, runs or is done.",
            ),
            models.CheckConstraint(
                condition=Q(rows_done=F("added") + F("changed") + F("same") + F("kept") + F("error_count"))
                & Q(rows_done__lte=F("rows_total")),
                name="referrals_directoryimport_counts",
                violation_error_message="Every row that was read counts once.",
            ),
        ]

    def __str__(self) -> str:
        return f"directory import {self.id}"
