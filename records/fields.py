"""Model fields that only ever reach the database encrypted, under the data key of their own row.

A model with such fields has a `data_key` (see `records.models.SealedModel`). Assigning keeps the plain
value on the instance until it is saved; reading a stored row decrypts on first access. Filtering, ordering,
updating or looking up by the column raises: use a blind index.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from config.crypto import CannotOpen, open_value, seal_value

_AROUND: ContextVar[bool] = ContextVar("around closed records", default=False)


class Sealed:
    """Ciphertext that has not been opened. Shows nothing when printed."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def __repr__(self) -> str:
        return "<sealed>"


@contextmanager
def around_closed() -> Iterator[None]:
    """Show something in the place of a value that can't be opened, for a list that goes on without it.

    What is shown is never kept on the instance, and so never saved.
    """
    token = _AROUND.set(True)
    try:
        yield
    finally:
        _AROUND.reset(token)


class _Opens:
    """The attribute on the model class: opens a sealed value on first access and keeps it."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name, "data_key"])  # the manager joins the key
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            try:
                value = self.field.open(value.data, instance)
            except CannotOpen:
                if not _AROUND.get():
                    raise
                return self.field.closed
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.BinaryField):
    """Bytes, encrypted. The subclasses say how a value becomes bytes.

    `closed` is what a list shows in the place of a value that can't be opened.
    """

    closed: Any = b""

    # for mypy: what the attribute takes and gives is the subclass's, not BinaryField's, type
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Install the attribute that opens values."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Opens(self))

    def to_bytes(self, value: Any) -> bytes:
        """Turn a value into the bytes that are encrypted."""
        return bytes(value)

    def from_bytes(self, data: bytes) -> Any:
        """Turn decrypted bytes back into the value."""
        return data

    def _place(self) -> dict[str, str]:
        return {"table": self.model._meta.db_table, "column": self.column or self.name}

    def open(self, sealed: bytes, instance: Any) -> Any:
        """Decrypt with the row's data key. Raises CannotOpen."""
        return self.from_bytes(open_value(sealed, key=instance.data_key.plain(), **self._place()))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Keep what the database holds unopened."""
        return None if value is None else Sealed(bytes(value))

    def to_python(self, value: Any) -> Any:
        """Leave the value as it is; there is no text form of it."""
        return value

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        """Encrypt what is about to be written; what was never opened is written back unchanged."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Sealed):
            return value
        key = model_instance.data_key
        return Sealed(seal_value(self.to_bytes(value), key_id=key.pk, key=key.plain(), **self._place()))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Send ciphertext only. Anything else means a query tried to use the column as plain data."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise FieldError(f"{self.name} is encrypted: save the instance, or query a blind index")
        return connection.Database.Binary(value.data)

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow `isnull` and nothing else."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: query a blind index")
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> Callable | None:
        """Allow no transform."""
        raise FieldError(f"{self.name} is encrypted: query a blind index")

    def value_to_string(self, obj: Any) -> str:
        """Refuse to serialise."""
        raise FieldError(f"{self.name} is encrypted and is never serialised")


class EncryptedBytes(EncryptedField):
    """A file's content, encrypted."""


class EncryptedText(EncryptedField):
    """Text, encrypted. Empty text is stored as encrypted empty text."""

    closed = "Can't be opened"

    def to_bytes(self, value: Any) -> bytes:
        """Encode as UTF-8."""
        return str(value).encode()

    def from_bytes(self, data: bytes) -> str:
        """Decode from UTF-8."""
        return data.decode()


class EncryptedJSON(EncryptedField):
    """A JSON value (dict, list, str, number, bool), encrypted."""

    closed: Any = MappingProxyType({})

    def to_bytes(self, value: Any) -> bytes:
        """Encode compactly; NaN is refused."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    def from_bytes(self, data: bytes) -> Any:
        """Decode."""
        return json.loads(data)
