"""Secrets of second factors: the rows of accounts that open with the key ring."""

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from config import ring_users
from config.crypto import CannotOpen, ring_key_of
from config.ring_users import Batch

# What SealedSecretsAdapter sealed, by its name in Authenticator.data; a passkey holds a public key only.
SEALED = ("secret", "seed", "migrated_codes")


def _sealed(authenticator: Authenticator) -> Iterator[tuple[str, str]]:
    """Yield (name, sealed text) of each secret."""
    for name in SEALED:
        value = authenticator.data.get(name)
        for one in value if isinstance(value, list) else [value] if value else []:
            yield name, one


def _key_of(text: str) -> str:
    try:
        return ring_key_of(base64.b64decode(text))
    except (binascii.Error, ValueError):
        return ""


def _sealed_anew(value: Any) -> Any:
    adapter = get_adapter()
    if isinstance(value, list):
        return [_sealed_anew(one) for one in value]
    return adapter.encrypt(adapter.decrypt(value))


class FactorSecrets:
    """Authenticators whose seeds are sealed under the ring."""

    ring, noun = ring_users.MAIN, "second factors"

    def counts(self) -> dict[str, int]:
        """Return how many authenticators were sealed under each key."""
        return Counter(
            name
            for authenticator in Authenticator.objects.iterator()
            for name in {_key_of(text) for _, text in _sealed(authenticator)}
        )

    def opens(self, ring_key: str) -> bool:
        """Open the secrets of this key until one opens."""
        return any(
            _opens(text)
            for authenticator in Authenticator.objects.iterator()
            for _, text in _sealed(authenticator)
            if _key_of(text) == ring_key
        )

    def rewrap(self, limit: int, after: Any) -> Batch:
        """Seal the secrets of up to `limit` authenticators anew. One in use at this moment waits its turn."""
        primary = ring_users.ring_of(self.ring)["primary"]
        batch = Batch()
        with transaction.atomic():
            rows = Authenticator.objects.select_for_update(skip_locked=True).order_by("pk")
            for authenticator in (rows.filter(pk__gt=after) if after else rows)[:limit]:
                batch.last = authenticator.pk
                if all(_key_of(text) == primary for _, text in _sealed(authenticator)):
                    continue
                names = {name for name, _ in _sealed(authenticator)}
                try:
                    made = {name: _sealed_anew(authenticator.data[name]) for name in names}
                except CannotOpen:
                    batch.failed.append(str(authenticator.pk))
                    continue
                authenticator.data = {**authenticator.data, **made}
                authenticator.save(update_fields=["data"])
                batch.done += 1
        return batch


def _opens(text: str) -> bool:
    try:
        get_adapter().decrypt(text)
    except (CannotOpen, binascii.Error):
        return False
    return True


def register() -> None:
    """Add the second factors."""
    ring_users.register(FactorSecrets())
