"""Data keys, one for each person, contact request and counseling note; destroying one is disposal."""

import uuid
from typing import ClassVar, Self

from django.db import models

from config.clock import AppNow
from config.crypto import (
    CannotOpen,
    new_key,
    unwrap_counseling_key,
    unwrap_key,
    wrap_counseling_key,
    wrap_key,
)
from config.ring_users import COUNSELING, MAIN, ring_of


class WrappedKey(models.Model):
    """A 256-bit key, stored wrapped under a key ring. `wrapped` is null once it was destroyed."""

    ring: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField(null=True)
    ring_key = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=AppNow(), editable=False)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["ring_key", "id"], name="%(app_label)s_%(class)s_ring")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
                name="%(app_label)s_%(class)s_destroyed_is_empty",
                violation_error_message="A destroyed key holds nothing; a live one holds its wrapped bytes.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.id}"

    @staticmethod
    def wrap(key: bytes, key_id: uuid.UUID) -> bytes:
        """Encrypt a key under the primary key of the ring that this table of keys belongs to."""
        raise NotImplementedError

    @staticmethod
    def unwrap(wrapped: bytes, key_id: uuid.UUID) -> bytes:
        """Decrypt a key. Raises CannotOpen."""
        raise NotImplementedError

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


class DataKey(WrappedKey):
    """The key of a person's record, or of a contact request, under the main ring."""

    ring = MAIN

    @staticmethod
    def wrap(key: bytes, key_id: uuid.UUID) -> bytes:
        """Encrypt a key under the main ring's primary key."""
        return wrap_key(key, key_id)

    @staticmethod
    def unwrap(wrapped: bytes, key_id: uuid.UUID) -> bytes:
        """Decrypt a key. Raises CannotOpen."""
        return unwrap_key(wrapped, key_id)


class CounselingKey(WrappedKey):
    """The key of one counseling note, under the counseling ring: the main ring can't open it."""

    ring = COUNSELING

    @staticmethod
    def wrap(key: bytes, key_id: uuid.UUID) -> bytes:
        """Encrypt a key under the counseling ring's primary key."""
        return wrap_counseling_key(key, key_id)

    @staticmethod
    def unwrap(wrapped: bytes, key_id: uuid.UUID) -> bytes:
        """Decrypt a key. Raises CannotOpen."""
        return unwrap_counseling_key(wrapped, key_id)
