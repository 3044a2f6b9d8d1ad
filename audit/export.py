"""Exporting the trail: JSON lines that bin/verify-audit reads, and checkpoints to keep elsewhere."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from audit.rows import events_by_id, fetch, last_seal, sealed_rows, stamp, unsealed_ids
from audit.sealer import sealing_key
from audit.verifier import CHECKPOINT, EXPORT, FIRST_PREVIOUS, encode, event_digest, signed

AT_ONCE = 1000


class NoSuchSeal(Exception):
    """The export should begin after a number that is not there."""


def _line(value: Any) -> bytes:
    return encode(value) + b"\n"


def lines_of(
    sealed: Iterable[tuple[dict, dict | None]],
    waiting: Iterable[dict],
    *,
    after: int,
    previous: str,
    made_at: str,
    key: tuple[str, bytes],
) -> Iterator[bytes]:
    """Yield the lines of an export: a first line, sealed rows, unsealed rows, a last line with the totals."""
    everything = hashlib.sha256()
    number, fingerprint, rows, unsealed = after, previous, 0, 0

    def counted(line: bytes) -> bytes:
        everything.update(line)
        return line

    head = {"clearway": EXPORT, "after": after, "previous": previous, "made_at": made_at}
    yield counted(_line(signed(head, *key)))
    for seal, event in sealed:
        rows, number, fingerprint = rows + 1, seal["number"], seal["hash"]
        yield counted(_line({"seal": seal, "event": event}))
    for event in waiting:
        unsealed += 1
        yield counted(_line({"waiting": unsealed, "digest": event_digest(event), "event": event}))
    totals = {"last": number, "hash": fingerprint, "sealed": rows, "waiting": unsealed}
    yield _line({"end": signed({**totals, "sha256": everything.hexdigest()}, *key)})


def _sealed(after: int, until: int) -> Iterator[tuple[dict, dict | None]]:
    """Yield the seals after one number up to another, each with its event, read in portions."""
    while portion := sealed_rows(after, until, AT_ONCE):
        yield from portion
        after = portion[-1][0]["number"]


def export_lines(now: datetime, after: int = 0) -> tuple[Iterator[bytes], bytes]:
    """Return the lines of an export of everything after number `after`, and the checkpoint of its end.

    Reads in portions while the lines are used; what is sealed meanwhile is in it as unsealed, or not at all.
    Raises NoSuchSeal.
    """
    until = last_seal()[0]
    previous = FIRST_PREVIOUS
    if after:
        found = fetch("SELECT hash FROM audit_seal WHERE number = %s", [after])
        if not found:
            raise NoSuchSeal(after)
        previous = bytes(found[0][0]).hex()
    lines = lines_of(
        _sealed(after, until),
        events_by_id(unsealed_ids(until)),
        after=after,
        previous=previous,
        made_at=stamp(now),
        key=sealing_key(),
    )
    return lines, checkpoint(now)


def checkpoint(now: datetime) -> bytes:
    """Return a checkpoint of the last seal: keep it where the database's owner can't write."""
    number, fingerprint = last_seal()
    body = {"clearway": CHECKPOINT, "number": number, "hash": fingerprint, "made_at": stamp(now)}
    return json.dumps(signed(body, *sealing_key()), sort_keys=True, indent=1).encode() + b"\n"
