"""A made-up trail for tests of the format, and sealing beside the tests of other workers."""

import time
from uuid import UUID

from audit import sealer
from audit.export import lines_of
from audit.rows import fetch, unsealed_ids
from audit.verifier import FIRST_PREVIOUS, make_seal

SETTLED = """
    SELECT count(*) FROM audit_event e
    WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id)
      AND (e.epoch <> audit_cluster_epoch()
           OR e.transaction::xid8 < pg_snapshot_xmin(pg_current_snapshot()))
"""
KEY = ("a1", b"1" * 32)
KEYS = {"a1": b"1" * 32}
AT = "2026-07-14T06:45:00.{:06d}Z"


def event(number, **changes):
    return {
        "id": str(UUID(int=number)),
        "at": AT.format(number),
        "name": "record.viewed",
        "actor_kind": "staff",
        "actor_id": str(UUID(int=7)),
        "role": "clinician",
        "session": "0123456789abcdef",
        "object_type": "records.person",
        "object_id": str(UUID(int=8)),
        "person_id": str(UUID(int=8)),
        "fields": ["name"],
        "ids": {"what": "person", "count": number, "none": None, "yes": True, "word": "año"},
        "transaction": str(number),
        "epoch": "1",
        **changes,
    }


def sealed(events, previous=FIRST_PREVIOUS, first=1):
    rows = []
    for number, one in enumerate(events, first):
        seal = make_seal(number, one, previous, AT.format(0), *KEY)
        previous = seal["hash"]
        rows.append((seal, one))
    return rows


def export(rows, waiting=(), after=0, previous=FIRST_PREVIOUS):
    return list(lines_of(rows, waiting, after=after, previous=previous, made_at=AT.format(0), key=KEY))


def ready(count=None):
    """Wait until `count` events (all, when None) can be sealed.

    A transaction anywhere in the cluster holds the sealer back, and other workers' tests are in this cluster.
    """
    count = len(unsealed_ids(10**12)) if count is None else count
    deadline = time.monotonic() + 300
    while fetch(SETTLED)[0][0] < count:
        assert time.monotonic() < deadline, "a transaction of another test stayed open"
        time.sleep(0.1)


def seal():
    """Seal everything."""
    ready()
    return sealer.seal_all()
