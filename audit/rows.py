"""Events and seals as the trail's format sees them: dicts of JSON, read from the database in one way."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

EVENT_COLUMNS = (
    *("id", "at", "name", "actor_kind", "actor_id", "role", "session", "object_type", "object_id"),
    *("person_id", "fields", "ids", "transaction", "epoch"),
)
SEAL_COLUMNS = ("number", "event_id", "digest", "previous", "key_id", "sealed_at", "mac", "hash")
EVENT_SQL = ", ".join(f"e.{name}" for name in EVENT_COLUMNS)
SEAL_SQL = ", ".join(f"s.{name}" for name in SEAL_COLUMNS)


def stamp(moment: datetime) -> str:
    """Return a moment as the format writes it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return stamp(value) if isinstance(value, datetime) else value


def event_dict(values: Any) -> dict[str, Any]:
    """Return an event, read as EVENT_COLUMNS, as the JSON that is fingerprinted."""
    event = {name: _plain(value) for name, value in zip(EVENT_COLUMNS, values, strict=True)}
    if isinstance(event["ids"], str):  # Django's connections leave jsonb as text
        event["ids"] = json.loads(event["ids"])
    return event


def seal_dict(values: Any) -> dict[str, Any]:
    """Return a seal, read as SEAL_COLUMNS, as the JSON that the verifier reads."""
    number, event, digest, previous, key, sealed_at, mac, fingerprint = values
    return {
        "number": number,
        "event": str(event),
        "digest": bytes(digest).hex(),
        "previous": bytes(previous).hex(),
        "key": key,
        "sealed_at": stamp(sealed_at),
        "mac": bytes(mac).hex(),
        "hash": bytes(fingerprint).hex(),
    }


def fetch(sql: str, parameters: Any = ()) -> list[tuple]:
    """Run one read and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def sealed_rows(after: int, until: int, limit: int) -> list[tuple[dict, dict | None]]:
    """Return up to `limit` seals above number `after`, up to `until`, each with its event or None."""
    found = fetch(
        f"SELECT {SEAL_SQL}, {EVENT_SQL} FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.event_id"  # noqa: S608
        " WHERE s.number > %s AND s.number <= %s ORDER BY s.number LIMIT %s",
        [after, until, limit],
    )
    width = len(SEAL_COLUMNS)
    return [
        (seal_dict(row[:width]), event_dict(row[width:]) if row[width] is not None else None) for row in found
    ]


def last_seal() -> tuple[int, str]:
    """Return number and fingerprint of the last seal; 0 and zeros when nothing is sealed yet."""
    found = fetch("SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1")
    return (found[0][0], bytes(found[0][1]).hex()) if found else (0, "0" * 64)


def unsealed_ids(until: int) -> list[UUID]:
    """Return the ids of all events without a seal numbered up to `until`, in the order of sealing."""
    found = fetch(
        "SELECT e.id FROM audit_event e WHERE NOT EXISTS"
        " (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id AND s.number <= %s)"
        " ORDER BY e.epoch = audit_cluster_epoch(), e.epoch, e.transaction::xid8, e.at, e.id",
        [until],
    )
    return [row[0] for row in found]


def events_by_id(ids: Iterable[UUID], at_once: int = 1000) -> Iterator[dict[str, Any]]:
    """Yield the events with these ids in the order of `ids`, read in portions."""
    wanted = list(ids)
    for start in range(0, len(wanted), at_once):
        portion = wanted[start : start + at_once]
        found = fetch(
            f"SELECT {EVENT_SQL} FROM audit_event e WHERE e.id = ANY(%s)",  # noqa: S608 - our own columns
            [portion],
        )
        events = {row[0]: event_dict(row) for row in found}
        yield from (events[one] for one in portion if one in events)
