"""Rotation of the key ring: data keys are wrapped anew; the values they open stay as they are."""

from django.conf import settings
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config.crypto import wrap_key
from records.models import DataKey


@transaction.atomic
def rewrap_some(limit: int = 200) -> int:
    """Rewrap up to `limit` keys that are not under the primary ring key; return how many were.

    Rows another rotation holds are skipped, so two may run at once. Raises CannotOpen when an old ring
    key is no longer in the ring.
    """
    primary = settings.KEY_RING["primary"]
    keys = list(
        DataKey.objects.select_for_update(skip_locked=True)
        .filter(wrapped__isnull=False)
        .exclude(ring_key=primary)
        .order_by("id")[:limit]
    )
    for key in keys:
        key.wrapped = wrap_key(key.plain(), key.id)
        key.ring_key = primary
    DataKey.objects.bulk_update(keys, ["wrapped", "ring_key"])
    if keys:
        record("keys.rewrapped", by=Actor.system(), count=len(keys), ring_key=primary)
    return len(keys)
