"""Data keys: one per person and one per contact request; destroying one disposes of what it opens."""

import uuid
from typing import ClassVar, Self

from django.db import models

from config.clock import AppNow
from config.crypto import CannotOpen, new_key, unwrap_key, wrap_key
from config.ring_users import MAIN, ring_of


class DataKey(models.Model):
    """A 256-bit key, stored wrapped under the key ring. `wrapped` is null once it was destroyed."""

    ring: ClassVar[str] = MAIN

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

    @staticmethod
    def wrap(key: bytes, key_id: uuid.UUID) -> bytes:
        """Encrypt a key under the primary key of the ring that this table of keys belongs to."""
        return wrap_key(key, key_id)

    @staticmethod
    def unwrap(wrapped: bytes, key_id: uuid.UUID) -> bytes:
        """Decrypt a key. Raises CannotOpen."""
        return unwrap_key(wrapped, key_id)

    @classmethod
    def make(cls) -> Self:
        """Return a new, unsaved key, wrapped under the ring's primary key."""
        key = cls(ring_key=ring_of(cls.ring)["primary"])
        plain = new_key()
        key.wrapped = cls.wrap(plain, key.id)
        key._plain = plain
        return key

    def plain(self) -> bytes:
        """Return the key's 32 bytes, unwrapping once per instance. Raises CannotOpen."""
        if not hasattr(self, "_plain"):
            if self.wrapped is None:
                raise CannotOpen("this data key was destroyed", self.id)
            try:
                self._plain = self.unwrap(bytes(self.wrapped), self.id)
            except CannotOpen as problem:
                raise CannotOpen(str(problem), self.id) from None
        return self._plain
