"""The encryption formats. They are permanent: stored bytes must open for as long as the records live.

Value (a column of a record):  01 | data key id (16) | nonce (12) | AES-256-GCM ciphertext and tag
    associated data: "clearway value 1" 00 data-key-id table 00 column
Wrapped data key:              01 | length | ring key id | nonce (12) | ciphertext and tag
    associated data: "clearway data key 1" 00 data-key-id
Ring secret (MFA seeds, cookies, link tokens waiting to be mailed):
                               02 | length | ring key id | nonce (12) | ciphertext and tag
    associated data: "clearway secret 1" 00 context

Counseling data keys are wrapped like data keys, under the counseling ring, a subkey and associated data of
their own ("clearway counseling key 1"): neither ring opens what the other wrapped.

A ring key never encrypts directly: one subkey per use is derived from it (HKDF-SHA256). Rotation of the
ring rewraps data keys; values stay as they were signed. Blind indexes are the first 16 bytes of
HMAC-SHA256 under a subkey of the separate index key, one per column.
"""

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from config.ring_users import COUNSELING, MAIN, ring_of

VALUE, SECRET = b"\x01", b"\x02"
NONCE, TAG = 12, 16


class CannotOpen(Exception):
    """The bytes are damaged, belong elsewhere, or their key is not here. Says nothing about the content.

    `key_id` is the id of the data key that was needed, where one was.
    """

    def __init__(self, message: str, key_id: UUID | None = None) -> None:
        super().__init__(message)
        self.key_id = key_id


@dataclass(frozen=True)
class _Use:
    """What a ring key is used for: which ring, which subkey, and what is bound in."""

    ring: str
    subkey: str
    bound: bytes


_DATA_KEY = _Use(MAIN, "data key", b"clearway data key 1\x00")
_SECRET = _Use(MAIN, "secret", b"clearway secret 1\x00")
_COUNSELING_KEY = _Use(COUNSELING, "counseling data key", b"clearway counseling key 1\x00")


@lru_cache(maxsize=64)
def _subkey(key: bytes, use: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=use.encode()).derive(key)


def _ring(ring: str, name: str) -> bytes:
    try:
        return ring_of(ring)["keys"][name]
    except KeyError:
        raise CannotOpen(f"a key is not in the {ring} key ring") from None


def _open(
    key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes, key_id: UUID | None = None
) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, associated)
    except InvalidTag:
        raise CannotOpen("the value does not belong here or was altered", key_id) from None


# ------------------------------------------------------------------ values under a data key


def _value_associated(key_id: UUID, table: str, column: str) -> bytes:
    return b"clearway value 1\x00" + key_id.bytes + table.encode() + b"\x00" + column.encode()


def seal_value(data: bytes, *, key_id: UUID, key: bytes, table: str, column: str) -> bytes:
    """Encrypt one value for one column under the data key `key` (32 bytes) named `key_id`."""
    nonce = os.urandom(NONCE)
    body = AESGCM(key).encrypt(nonce, data, _value_associated(key_id, table, column))
    return VALUE + key_id.bytes + nonce + body


def value_key_id(sealed: bytes) -> UUID:
    """Return the id of the data key that opens `sealed`. Raises CannotOpen for another format."""
    if sealed[:1] != VALUE or len(sealed) < 17 + NONCE + TAG:
        raise CannotOpen("unknown format")
    return UUID(bytes=sealed[1:17])


def open_value(sealed: bytes, *, key: bytes, table: str, column: str) -> bytes:
    """Decrypt what seal_value made, for the same table and column. Raises CannotOpen."""
    key_id = value_key_id(sealed)
    nonce, body = sealed[17 : 17 + NONCE], sealed[17 + NONCE :]
    return _open(key, nonce, body, _value_associated(key_id, table, column), key_id)


# ------------------------------------------------------------------ data keys and secrets under the ring


def _seal_with_ring(version: bytes, data: bytes, use: _Use, context: bytes) -> bytes:
    name = ring_of(use.ring)["primary"]
    nonce = os.urandom(NONCE)
    body = AESGCM(_subkey(_ring(use.ring, name), use.subkey)).encrypt(nonce, data, use.bound + context)
    return version + bytes([len(name)]) + name.encode() + nonce + body


def _open_with_ring(version: bytes, sealed: bytes, use: _Use, context: bytes) -> bytes:
    if sealed[:1] != version or len(sealed) < 2 or len(sealed) < 2 + sealed[1] + NONCE + TAG:
        raise CannotOpen("unknown format")
    start = 2 + sealed[1]
    key = _ring(use.ring, ring_key_of(sealed))
    nonce, body = sealed[start : start + NONCE], sealed[start + NONCE :]
    return _open(_subkey(key, use.subkey), nonce, body, use.bound + context)


def new_key() -> bytes:
    """Return 32 random bytes."""
    return os.urandom(32)


def wrap_key(key: bytes, key_id: UUID) -> bytes:
    """Encrypt a data key under the ring's primary key."""
    return _seal_with_ring(VALUE, key, _DATA_KEY, key_id.bytes)


def unwrap_key(wrapped: bytes, key_id: UUID) -> bytes:
    """Decrypt a data key. Raises CannotOpen when its ring key is not here."""
    return _open_with_ring(VALUE, wrapped, _DATA_KEY, key_id.bytes)


def wrap_counseling_key(key: bytes, key_id: UUID) -> bytes:
    """Encrypt the data key of counseling notes under the counseling ring's primary key."""
    return _seal_with_ring(VALUE, key, _COUNSELING_KEY, key_id.bytes)


def unwrap_counseling_key(wrapped: bytes, key_id: UUID) -> bytes:
    """Decrypt the data key of counseling notes. Raises CannotOpen when its ring key is not here."""
    return _open_with_ring(VALUE, wrapped, _COUNSELING_KEY, key_id.bytes)


def ring_key_of(sealed: bytes) -> str:
    """Return the name of the ring key that something was sealed with; "" when it is too short."""
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace") if len(sealed) > 2 else ""


def seal_secret(data: bytes, context: str) -> bytes:
    """Encrypt a secret that belongs to no person's record; `context` says what it is for."""
    return _seal_with_ring(SECRET, data, _SECRET, context.encode())


def open_secret(sealed: bytes, context: str) -> bytes:
    """Decrypt what seal_secret made for the same context. Raises CannotOpen."""
    return _open_with_ring(SECRET, sealed, _SECRET, context.encode())


# ------------------------------------------------------------------ look-ups and fingerprints


def normalised(text: str) -> str:
    """Fold case, accents, punctuation and spacing, so that the same name typed twice is the same."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


def blind_index(text: str, column: str) -> bytes | None:
    """Return the keyed index of `text` for `column` ("table.column"), or None when nothing is left of it."""
    kept = normalised(text)
    if not kept:
        return None
    key = _subkey(settings.KEY_RING["index_key"], f"index:{column}")
    return hmac.new(key, kept.encode(), hashlib.sha256).digest()[:16]


def keyed_hash(text: str, context: str) -> bytes:
    """Return a keyed hash of a short secret (a spoken code), which a stolen database can't enumerate."""
    key = _subkey(settings.KEY_RING["index_key"], f"hash:{context}")
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
