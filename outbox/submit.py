"""Idempotency of submits: a double click, a second tab and a retry do the thing once."""

from typing import Any
from uuid import UUID

from django.db import connection

from audit.actors import Actor
from outbox.models import SubmitKey


class AlreadyDone(Exception):
    """This submit was done before; `url` is where it led."""

    def __init__(self, url: str) -> None:
        super().__init__("already done")
        self.url = url


def once(key: UUID, *, scope: str, by: Any) -> SubmitKey:
    """Claim `key` inside the action's transaction, before anything else is written.

    A second transaction with the same key waits for the first; then it gets AlreadyDone with the first
    one's address, or the claim itself when the first rolled back.
    """
    actor_id = Actor.of(by).id
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_submitkey (key, scope, actor_id, url) VALUES (%s, %s, %s, '')"
            " ON CONFLICT (key) DO NOTHING",
            [key, scope, actor_id],
        )
        claimed = cursor.rowcount == 1
    row = SubmitKey.objects.get(key=key)
    if claimed:
        return row
    if row.scope != scope or row.actor_id != actor_id:
        # Somebody else's key, or the key of another form: never lead there.
        raise AlreadyDone("/staff/")
    raise AlreadyDone(row.url or "/staff/")
