"""Rotation of the key rings: data keys are wrapped anew; the values they open stay as they are."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from audit.actions import record
from audit.actors import Actor
from config.crypto import CannotOpen
from config.ring_users import Batch, ring_of
from records.models.data_key import WrappedKey

_TRIES = 5


class KeyRows:
    """The keys in one table, as rows that a ring opens (see `config.ring_users.RingUser`)."""

    def __init__(self, model: type[WrappedKey], noun: str) -> None:
        self.model, self.noun, self.ring = model, noun, model.ring

    def counts(self) -> dict[str, int]:
        """Return how many live keys are wrapped under each ring key."""
        live = self.model._default_manager.filter(wrapped__isnull=False)
        return dict(live.order_by().values_list("ring_key").annotate(Count("id")))

    def opens(self, ring_key: str) -> bool:
        """Unwrap a few keys: one damaged row must not look like a wrong ring key."""
        return any(
            opens_now(key)
            for key in self.model._default_manager.filter(wrapped__isnull=False, ring_key=ring_key)[:_TRIES]
        )

    def rewrap(self, limit: int, after: Any) -> Batch:
        """Wrap up to `limit` keys under the primary key, in one transaction.

        Rows that somebody holds are left for the next pass. The lock is the weak one, so that new rows of a
        person, which only refer to the key, never wait for it.
        """
        primary = ring_of(self.ring)["primary"]
        with transaction.atomic():
            rows = (
                self.model._default_manager.select_for_update(skip_locked=True, no_key=True)
                .filter(wrapped__isnull=False)
                .exclude(ring_key=primary)
                .order_by("id")
            )
            keys = list((rows.filter(id__gt=after) if after else rows)[:limit])
            batch = Batch(last=keys[-1].pk if keys else None)
            wrapped = []
            for key in keys:
                try:
                    wrapped.append((key.pk, key.wrap(key.plain(), key.pk)))
                except CannotOpen:
                    batch.failed.append(str(key.pk))
            self._store(wrapped, primary)
            batch.done = len(wrapped)
            if wrapped:
                record("keys.rewrapped", by=Actor.system(), count=len(wrapped), ring_key=primary)
        return batch

    def _store(self, wrapped: list[tuple[Any, bytes]], primary: str) -> None:
        """Write many keys in one statement."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET wrapped = made.wrapped, ring_key = %s"  # noqa: S608 - our own table
                f" FROM unnest(%s::uuid[], %s::bytea[]) AS made (id, wrapped) WHERE {table}.id = made.id",
                [primary, [str(one) for one, _ in wrapped], [bytes(one) for _, one in wrapped]],
            )


def opens_now(key: WrappedKey) -> bool:
    """Say whether the key can be unwrapped with the present ring."""
    try:
        key.plain()
    except CannotOpen:
        return False
    return True
