"""Secrets of waiting messages: the rows of the outbox that open with the key ring."""

from collections import Counter
from typing import Any

from django.db import transaction

from config import ring_users
from config.crypto import CannotOpen, ring_key_of
from config.ring_users import Batch
from outbox.actions import secret_of, with_secret
from outbox.models import Message


class WaitingSecrets:
    """Messages that hold a sealed secret; it is removed when they are delivered or cancelled."""

    ring, noun = ring_users.MAIN, "waiting messages"

    def counts(self) -> dict[str, int]:
        """Return how many messages were sealed under each key."""
        sealed = Message.objects.filter(sealed_secret__isnull=False).values_list("sealed_secret", flat=True)
        return Counter(ring_key_of(bytes(one)) for one in sealed.iterator())

    def opens(self, ring_key: str) -> bool:
        """Open the first messages of this key until one does."""
        return any(
            _opens(message)
            for message in Message.objects.filter(sealed_secret__isnull=False).iterator()
            if ring_key_of(bytes(message.sealed_secret)) == ring_key
        )

    def rewrap(self, limit: int, after: Any) -> Batch:
        """Seal up to `limit` secrets anew; one that is being delivered at this moment is left alone."""
        primary = ring_users.ring_of(self.ring)["primary"]
        batch = Batch()
        with transaction.atomic():
            rows = Message.objects.select_for_update(skip_locked=True).filter(sealed_secret__isnull=False)
            for message in (rows.filter(id__gt=after) if after else rows).order_by("id")[:limit]:
                batch.last = message.pk
                if ring_key_of(bytes(message.sealed_secret)) == primary:
                    continue
                try:
                    message.sealed_secret = with_secret(message.key, secret_of(message))
                except CannotOpen:
                    batch.failed.append(str(message.pk))
                    continue
                message.save(update_fields=["sealed_secret"])
                batch.done += 1
        return batch


def _opens(message: Message) -> bool:
    try:
        secret_of(message)
    except CannotOpen:
        return False
    return True


def register() -> None:
    """Add the messages."""
    ring_users.register(WaitingSecrets())
