"""A made-up trail for tests of the format: events, their seals and an export, without a database."""

from uuid import UUID

from audit.export import lines_of
from audit.verifier import FIRST_PREVIOUS, make_seal

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
