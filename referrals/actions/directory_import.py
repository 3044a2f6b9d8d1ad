"""Loading a directory of partners from a file, in parts, and giving it out in the same format.

A place is known again by its names, street and ZIP. What our staff checked or entered stays as it is; what an
earlier import brought is brought up to date. The same file twice changes nothing.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple
from hashlib import sha256
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from accounts.models import User
from audit.actions import record
from config import clock
from config.errors import Refused
from outbox import actions as outbox
from records.choices import RecipientKind
from records.models import Recipient
from referrals.choices import FacilitySource, ImportStatus
from referrals.models import DirectoryImport, Facility
from referrals.rules.directory_file import (
    NotADirectory,
    Row,
    RowError,
    cells_of,
    count_rows,
    header_of,
    rows_of,
    text_of,
)

IMPORT = "referrals.directory_import"
PART, LARGEST, ERRORS_KEPT = 2000, 10 * 1024 * 1024, 200


@transaction.atomic
def request_import(
    *, filename: str, content: bytes, dry_run: bool, by: Any, queued: bool = True
) -> DirectoryImport:
    """Take a file; a message leads the worker to its first part. Raises Refused for what is no directory.

    `queued=False` leaves the loading to the caller, who calls `load_all`, or `load_part` until it is done.
    """
    _may(by)
    if len(content) > LARGEST:
        raise Refused("file", "The file is larger than 10 MB. Split it", field="file")
    try:
        text = text_of(content)
        _, not_read = header_of(text)
        total = count_rows(text)
    except NotADirectory as error:
        raise Refused("file", str(error), field="file") from error
    asked = DirectoryImport.objects.create(
        filename=filename[:120],
        sha256=sha256(content).hexdigest(),
        content=zlib.compress(content),
        dry_run=dry_run,
        not_read=not_read[:50],
        rows_total=total,
        requested_by=by,
        requested_at=clock.now(),
    )
    record("directory.import_requested", by=by, obj=asked, rows=total, dry_run=dry_run)
    if queued:
        _next(asked)
    return asked


def import_for_real(*, tried: DirectoryImport, by: Any) -> DirectoryImport:
    """Load the file of a dry run for real. Raises Refused when it was no dry run."""
    if not tried.dry_run:
        raise Refused("not_dry", "This file was loaded already")
    content = zlib.decompress(bytes(tried.content))
    return request_import(filename=tried.filename, content=content, dry_run=False, by=by)


def _may(by: Any) -> None:
    if not by.has_perm("referrals.facility_change"):
        raise PermissionDenied


def _next(asked: DirectoryImport) -> None:
    outbox.send(
        IMPORT,
        key=f"directory-import:{asked.pk}:{asked.rows_done}",
        ids={"import": asked.pk, "begin": asked.rows_done},
    )


def deliver_part(message: Any) -> None:
    """Load the part that a message names and queue the next; a part that is done already is passed over."""
    asked = load_part(import_id=UUID(message.ids["import"]), begin=message.ids["begin"])
    if asked.status != ImportStatus.DONE:
        _next(asked)


def load_all(*, import_id: UUID) -> Iterator[DirectoryImport]:
    """Load what is left of a file part by part, each in a transaction; yield how far it is after each.

    The file is read once. Somebody else who loads the same file meanwhile makes this one stop.
    """
    asked = DirectoryImport.objects.get(pk=import_id)
    rows = rows_of(_text(asked), asked.rows_done)
    while asked.status != ImportStatus.DONE:
        begin = asked.rows_done
        asked = load_part(import_id=import_id, begin=begin, rows=list(islice(rows, PART)))
        yield asked
        if asked.rows_done != begin + PART:
            return


def _text(asked: DirectoryImport) -> str:
    return text_of(zlib.decompress(bytes(asked.content)))


@transaction.atomic
def load_part(*, import_id: UUID, begin: int, rows: list[Row] | None = None) -> DirectoryImport:
    """Load the rows from `begin` on, at most PART; nothing when that part is done already.

    `rows` are these rows, for a caller who has read them.
    """
    asked = DirectoryImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if asked.status == ImportStatus.DONE or asked.rows_done != begin:
        return asked
    by = User.objects.get(pk=asked.requested_by_id)
    if rows is None:
        rows = list(rows_of(_text(asked), begin, begin + PART))
    _name_taken_npis(rows)
    good = [row for row in rows if not row.errors]
    counts = _load(good, by=by, dry_run=asked.dry_run)
    wrong = [astuple(error) for row in rows for error in row.errors]
    asked.errors = (asked.errors + [list(one) for one in wrong])[:ERRORS_KEPT]
    asked.error_count += len(rows) - len(good)
    for name in ("added", "changed", "same", "kept"):
        setattr(asked, name, getattr(asked, name) + counts[name])
    asked.rows_done += len(rows)
    done = asked.rows_done >= asked.rows_total
    asked.status = ImportStatus.DONE if done else ImportStatus.RUNNING
    asked.ended_at = clock.now() if done else None
    asked.save()
    record("directory.part_loaded", by=by, obj=asked, begin=begin, dry_run=asked.dry_run, **counts)
    return asked


def _name_taken_npis(rows: list[Row]) -> None:
    """Give an error to each row whose NPI another partner of the directory has: it is one of both's."""
    wanted = {row.facts["npi"] for row in rows if not row.errors} - {""}
    if not wanted:
        return
    have: dict[str, list[Facility]] = {}
    for one in Facility.objects.filter(npi__in=wanted).select_related("recipient"):
        have.setdefault(one.npi, []).append(one)
    for row in rows:
        for one in have.get(row.facts["npi"], ()):
            same = one.recipient.name == row.name and _staff_entry(one, row) is not None
            if row.key != one.import_key and not same:
                said = f"{one.recipient.name} has this NPI. Check which of them it belongs to"
                row.errors.append(RowError(row.line, "npi", said))


def _load(rows: list[Row], *, by: User, dry_run: bool) -> Counter:
    """Add what is new, bring up to date what an import brought, keep what our staff entered."""
    there = {
        one.import_key: one
        for one in Facility.objects.select_for_update(of=("self",)).filter(
            import_key__in=[row.key for row in rows]
        )
    }
    ours = _by_name({name for row in rows for name in (row.name, _with_place(row))})
    counts: Counter = Counter()
    new: list[Row] = []
    changed: list[tuple[Facility, set[str]]] = []
    for row in rows:
        facility = there.get(row.key) or _staff_entry(ours.get(row.name), row)
        if facility is None:
            counts["added"] += 1
            new.append(row)
        elif facility.source == FacilitySource.STAFF:
            counts["kept"] += 1
        elif different := _differences(facility, row):
            counts["changed"] += 1
            changed.append((facility, different))
        else:
            counts["same"] += 1
    if not dry_run:
        _add(new, taken=set(ours), by=by)
        _change(changed, by=by)
    return counts


def _by_name(names: set[str]) -> dict[str, Facility | None]:
    """Return which of these names are taken, with the partner that has each."""
    found = Recipient.objects.filter(kind=RecipientKind.FACILITY, name__in=names).select_related("facility")
    return {one.name: getattr(one, "facility", None) for one in found}


def _staff_entry(facility: Facility | None, row: Row) -> Facility | None:
    """Return a partner of that name that our staff entered, unless it is plainly at another place."""
    if facility is None or facility.import_key or (facility.zip and facility.zip != row.facts["zip"]):
        return None
    return facility


def _differences(facility: Facility, row: Row) -> set[str]:
    """Set on the partner what the row says otherwise; return which fields."""
    different = {
        name
        for name, value in row.facts.items()
        if name != "legal_status" and getattr(facility, name) != value
    }
    for name in different:
        setattr(facility, name, row.facts[name])
    return different


def _add(rows: list[Row], *, taken: set[str], by: User) -> None:
    recipients, facilities = [], []
    for row in rows:
        name = _free(row, taken)
        taken.add(name)
        legal = row.facts["legal_status"]
        recipients.append(Recipient(name=name, kind=RecipientKind.FACILITY, legal_status=legal))
        facts = {key: value for key, value in row.facts.items() if key != "legal_status"}
        facilities.append(
            Facility(
                recipient=recipients[-1],
                import_key=row.key,
                source=FacilitySource.IMPORT,
                changed_by=by,
                **facts,
            )
        )
    Recipient.objects.bulk_create(recipients, batch_size=500)
    names = [one.attname for one in Facility._meta.concrete_fields if one.attname not in _COMPUTED]
    columns = ", ".join(names)
    _run(f"INSERT INTO referrals_facility ({columns}) SELECT {columns} FROM {_ROWS}", facilities, names)  # noqa: S608


_COMPUTED = {"can_bits", "x", "y", "z"}
_ROWS = "jsonb_populate_recordset(NULL::referrals_facility, %s::jsonb) given"


def _run(statement: str, facilities: list[Facility], names: list[str]) -> None:
    """Run one statement over many partners, given as rows of JSON: several times faster than as values."""
    given = [{name: getattr(one, name) for name in names} for one in facilities]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(given, cls=DjangoJSONEncoder)])


def _free(row: Row, taken: set[str]) -> str:
    """Return the name, with the place when another partner has it: a consent must name one."""
    for name in (row.name, _with_place(row)):
        if name not in taken:
            return name
    return f"{row.name[:100]} ({row.key[:12]})"


def _with_place(row: Row) -> str:
    where = ", ".join(part for part in (row.facts["address"], row.facts["city"], row.facts["zip"]) if part)
    return f"{row.name[: 115 - len(where[:60])]} ({where[:60]})"


def _change(facilities: list[tuple[Facility, set[str]]], *, by: User) -> None:
    """Save what is different, each as the partner's next revision."""
    if not facilities:
        return
    names = sorted(set().union(*(fields for _, fields in facilities)))
    for one, _ in facilities:
        one.revision, one.changed_by = one.revision + 1, by
    names += ["revision", "changed_by_id"]
    values = ", ".join(f"{name} = given.{name}" for name in names)
    _run(
        f"UPDATE referrals_facility f SET {values} FROM {_ROWS} WHERE f.id = given.id",  # noqa: S608
        [one for one, _ in facilities],
        ["id", *names],
    )


@transaction.atomic
def export_rows(*, facilities: Any, by: Any) -> Iterator[list[Any]]:
    """Return every partner as a row of the same format, and record that the directory was given out."""
    _may(by)
    rows = [
        cells_of(one.__dict__, one.recipient.name, one.recipient.legal_status)
        for one in facilities.iterator(chunk_size=1000)
    ]
    record("directory.exported", by=by, rows=len(rows))
    return iter(rows)
