"""The key under which spoken codes are hashed."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def code_key() -> bytes:
    """Derive the 32-byte key for partner codes from the key ring's index key; never stored."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"referrals partner code v1").derive(
        settings.KEY_RING["index_key"]
    )
