"""The sealer: gives every event a number in the keyed chain, once no earlier one can still appear.

An event is ready when its transaction is below pg_snapshot_xmin of the reading snapshot, so that every
transaction before it has ended, or when another cluster wrote it (a restored dump). Ready events are taken
in the order: other clusters first, then transaction, time, id. An advisory lock lets one sealer work.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from audit.models import Seal
from audit.rows import EVENT_SQL, event_dict, fetch, last_seal, stamp
from audit.verifier import make_seal
from config import clock

LOCK = 7241_0001  # pg_advisory_xact_lock: one sealer at a time
AT_ONCE = 1000
A_SWEEP = 10_000  # the most that one sweep seals; the next one goes on

_NOT_SEALED = "NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id)"
_OTHERS = f"""
    SELECT {EVENT_SQL} FROM audit_event e
    WHERE e.epoch <> audit_cluster_epoch() AND {_NOT_SEALED}
    ORDER BY e.epoch, e.transaction::xid8, e.at, e.id LIMIT %s
"""  # noqa: S608 - our own columns
_OURS = f"""
    SELECT {EVENT_SQL} FROM audit_event e
    WHERE e.epoch = audit_cluster_epoch()
      AND (e.transaction::xid8, e.at, e.id) > (%s::xid8, %s::timestamptz, %s::uuid)
      AND e.transaction::xid8 < pg_snapshot_xmin(pg_current_snapshot()) AND {_NOT_SEALED}
    ORDER BY e.epoch, e.transaction::xid8, e.at, e.id LIMIT %s
"""  # noqa: S608 - our own columns
# Where the last seal stands whose event is still there: everything before it in this cluster is sealed.
# The inner select is read backwards, one row as a rule, whatever the planner thinks of the tables.
_REACHED = """
    SELECT e.transaction, e.at, e.id FROM audit_event e WHERE e.id = (
        SELECT found FROM (
            SELECT (
                SELECT e.id FROM audit_event e WHERE e.id = s.event_id AND e.epoch = audit_cluster_epoch()
            ) AS found FROM audit_seal s ORDER BY s.number DESC OFFSET 0
        ) AS latest WHERE found IS NOT NULL LIMIT 1
    )
"""
_BEGINNING = ("0", "-infinity", "00000000-0000-0000-0000-000000000000")


def sealing_key() -> tuple[str, bytes]:
    """Return name and bytes of the key that seals now."""
    ring = settings.KEY_RING["audit"]
    return ring["primary"], ring["keys"][ring["primary"]]


def _ready(limit: int) -> list[dict[str, Any]]:
    """Return up to `limit` events that can be numbered now, in order."""
    reached = fetch(_REACHED)
    if not reached and (others := fetch(_OTHERS, [limit])):
        return [event_dict(row) for row in others]
    return [event_dict(row) for row in fetch(_OURS, [*(reached[0] if reached else _BEGINNING), limit])]


def _seal(number: int, event: dict, previous: str, sealed_at: datetime) -> tuple[Seal, str]:
    """Return the seal of one event and its fingerprint."""
    seal = make_seal(number, event, previous, stamp(sealed_at), *sealing_key())
    row = Seal(
        number=number,
        event_id=event["id"],
        digest=bytes.fromhex(seal["digest"]),
        previous=bytes.fromhex(previous),
        key_id=seal["key"],
        sealed_at=sealed_at,
        mac=bytes.fromhex(seal["mac"]),
        hash=bytes.fromhex(seal["hash"]),
    )
    return row, seal["hash"]


@transaction.atomic
def seal_some(limit: int = AT_ONCE) -> int:
    """Seal up to `limit` events in one transaction; return how many. Waits for another sealer to commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    number, previous = last_seal()
    sealed_at = clock.now()
    seals = []
    for event in _ready(limit):
        number += 1
        seal, previous = _seal(number, event, previous, sealed_at)
        seals.append(seal)
    Seal.objects.bulk_create(seals)
    return len(seals)


def seal_all(at_most: int | None = None) -> int:
    """Seal in portions until nothing is ready, or `at_most` are sealed; return how many."""
    total = 0
    while at_most is None or total < at_most:
        done = seal_some(AT_ONCE)
        if not done:
            break
        total += done
    return total


def seal_sweep(now: datetime) -> None:
    """Seal what became ready since the last sweep."""
    seal_all(A_SWEEP)
