"""The base of every model that holds a person's data."""

import uuid
from typing import Any

from django.db import models

from records.models.data_key import DataKey


class SealedManager(models.Manager):
    """Fetches each row's data key in the same query, so that a list opens without a query per row."""

    def get_queryset(self) -> models.QuerySet:
        """Join the data key."""
        return super().get_queryset().select_related("data_key")


class SealedModel(models.Model):
    """A row whose encrypted fields open with `data_key` (a person's, or a contact request's own)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")

    objects: Any = SealedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.id}"
