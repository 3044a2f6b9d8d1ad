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
from audit.verifier import event_digest, seal_hash, seal_mac
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
    WHERE e.epoch = audit_cluster_epoch() AND e.transaction::xid8 >= %s::xid8
      AND e.transaction::xid8 < pg_snapshot_xmin(pg_current_snapshot()) AND {_NOT_SEALED}
    ORDER BY e.epoch, e.transaction::xid8, e.at, e.id LIMIT %s
"""  # noqa: S608 - our own columns
# Where the last seal stands whose event is still there: everything before it in this cluster is sealed.
_REACHED = """
    SELECT e.transaction FROM audit_seal s JOIN audit_event e ON e.id = s.event_id
    WHERE e.epoch = audit_cluster_epoch() ORDER BY s.number DESC LIMIT 1
"""


def _ready(limit: int) -> list[dict[str, Any]]:
    """Return up to `limit` events that can be numbered now, in order."""
    reached = fetch(_REACHED)
    if not reached and (others := fetch(_OTHERS, [limit])):
        return [event_dict(row) for row in others]
    return [event_dict(row) for row in fetch(_OURS, [reached[0][0] if reached else "0", limit])]


def _seal(number: int, event: dict, previous: str, sealed_at: datetime) -> tuple[Seal, str]:
    """Return the seal of one event and its fingerprint."""
    ring = settings.KEY_RING["audit"]
    seal = {
        "number": number,
        "event": event["id"],
        "digest": event_digest(event),
        "previous": previous,
        "key": ring["primary"],
        "sealed_at": stamp(sealed_at),
    }
    seal["mac"] = seal_mac(seal, ring["keys"][ring["primary"]])
    fingerprint = seal_hash(seal)
    row = Seal(
        number=number,
        event_id=event["id"],
        digest=bytes.fromhex(seal["digest"]),
        previous=bytes.fromhex(previous),
        key_id=seal["key"],
        sealed_at=sealed_at,
        mac=bytes.fromhex(seal["mac"]),
        hash=bytes.fromhex(fingerprint),
    )
    return row, fingerprint


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
