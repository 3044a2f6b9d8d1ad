"""Data keys: one per person and one per contact request; destroying one disposes of what it opens."""

import uuid

from django.conf import settings
from django.db import models

from config.clock import AppNow
from config.crypto import CannotOpen, new_key, unwrap_key, wrap_key


class DataKey(models.Model):
    """A 256-bit key, stored wrapped under the key ring. `wrapped` is null once it was destroyed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    ring_key = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ring_key", "id"], name="records_datakey_ring")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="records_datakey_destroyed_is_empty",
                violation_error_message="A destroyed key holds nothing; a live one holds its wrapped bytes.",
            ),
        ]

    def __str__(self) -> str:
        return f"data key {self.id}"

    @classmethod
    def make(cls) -> "DataKey":
        """Return a new, unsaved key, wrapped under the ring's primary key."""
        key = cls(ring_key=settings.KEY_RING["primary"])
        plain = new_key()
        key.wrapped = wrap_key(plain, key.id)
        key._plain = plain
        return key

    def plain(self) -> bytes:
        """Return the key's 32 bytes, unwrapping once per instance. Raises CannotOpen."""
        if not hasattr(self, "_plain"):
            if self.wrapped is None:
                raise CannotOpen("this data key was destroyed")
            self._plain = unwrap_key(bytes(self.wrapped), self.id)
        return self._plain
