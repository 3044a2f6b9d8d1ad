"""Supervisors add, change and close programs and their beds; each change is a revision with its reason."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.submit import once
from programs.actions.common import demand
from programs.choices import UseKind
from programs.models import Admission, Bed, BedUse, Program
from programs.offers import OFFERED, offer_of
from programs.queries_slots import LIVE
from programs.rules.offers import counts_slots, unsound

MAY = "programs.program_change"
_TAKEN = {
    "programs_program_name": ("name", "Another program has this name"),
    "programs_bed_label": ("label", "Another bed has this label"),
}


def add_program(
    *, offer: Mapping[str, Any], reason: str, by: Any, submit_key: UUID | None = None, url: str = ""
) -> Program:
    """Add a program. Raises Refused with the field that is not sound."""
    demand(by, MAY)
    with _explained():
        key = once(submit_key, scope="program.add", by=by) if submit_key else None
        program = Program(**_sound(offer), reason=_said(reason), changed_by=by)
        program.save(force_insert=True)
        record("program.added", by=by, obj=program)
        if key:
            key.done(url)
        return program


def change_program(*, program: Program, seen: int, offer: Mapping[str, Any], reason: str, by: Any) -> Program:
    """Change what a program is and offers. `seen` is the revision that the form showed.

    Raises Conflict when somebody changed it since, Refused for what is not sound, and for another level or
    operator once somebody was admitted or beds stand there.
    """
    demand(by, MAY)
    with _explained():
        locked = _lock(program.pk, seen)
        before = offer_of(locked)
        wanted = _sound({**before, **offer})
        _demand_kind(locked, wanted)
        changed = sorted(name for name in OFFERED if wanted[name] != before[name])
        if not changed:
            raise Refused("nothing_changed", "Nothing is different. Change something, or go back")
        for name in changed:
            setattr(locked, name, wanted[name])
        _next(locked, reason, by)
        record("program.changed", by=by, obj=locked, fields=changed, revision=locked.revision)
        return locked


def open_or_close(*, program: Program, seen: int, active: bool, reason: str, by: Any) -> Program:
    """Close a program, so that nobody is admitted into it any more, or open it again.

    Raises Refused while somebody is in it or a bed of it is held, Conflict when it changed since `seen`.
    """
    demand(by, MAY)
    with _explained():
        locked = _lock(program.pk, seen)
        if locked.active == active:
            raise Conflict("This was done already.")
        if not active:
            _demand_empty(locked)
        locked.active = active
        _next(locked, reason, by)
        record("program.opened" if active else "program.closed", by=by, obj=locked, revision=locked.revision)
        return locked


def add_bed(*, program: Program, seen: int, label: str, reason: str, by: Any) -> Bed:
    """Put a bed into a program with nights. Raises Refused for another kind of program."""
    demand(by, MAY)
    with _explained():
        locked = _lock(program.pk, seen)
        if not locked.has_beds:
            raise Refused("no_beds", "This program has no beds here", field="label")
        bed = Bed.objects.create(program=locked, label=label.strip())
        _next(locked, reason, by)
        record("bed.added", by=by, obj=bed, program=locked.pk, revision=locked.revision)
        return bed


def change_bed(*, bed: Bed, seen: int, label: str, active: bool, reason: str, by: Any) -> Bed:
    """Give a bed another label, close it for good, or bring it back. `seen` is its program's revision.

    Raises Refused while somebody is in it or it is held, Conflict when the program changed since `seen`.
    """
    demand(by, MAY)
    with _explained():
        program = _lock(bed.program_id, seen)
        locked = Bed.objects.select_for_update(of=("self",)).get(pk=bed.pk)
        changed = [
            name
            for name, value in (("label", label.strip()), ("active", active))
            if getattr(locked, name) != value
        ]
        if not changed:
            raise Refused("nothing_changed", "Nothing is different. Change something, or go back")
        if "active" in changed and not active and _uses([locked]):
            raise Refused("bed_in_use", "Somebody is in this bed, or it is held. Move or release first")
        locked.label, locked.active = label.strip(), active
        locked.save(update_fields=["label", "active"])
        _next(program, reason, by)
        record(
            "bed.changed", by=by, obj=locked, fields=changed, program=program.pk, revision=program.revision
        )
        return locked


@contextmanager
def _explained() -> Iterator[None]:
    """Run in one transaction; a name or label that somebody else took meanwhile is a refusal on its field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        code = refusal_code(error) or ""
        for start, (field, words) in _TAKEN.items():
            if code.startswith(start):
                raise Refused("taken", words, field=field) from error
        raise


def _lock(program_id: UUID, seen: int) -> Program:
    """Lock a program at the revision that was seen, or raise Conflict with who changed it since, and why."""
    locked = Program.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=program_id)
    if locked.revision != seen:
        who = locked.changed_by.display_name if locked.changed_by else "Somebody"
        raise Conflict(f"{who} changed this program while you were writing: {locked.reason}")
    return locked


def _sound(offer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a sound offer; slots only where they count."""
    columns = {name: offer[name] for name in OFFERED}
    if found := unsound(columns):
        raise Refused("unsound", found[1], field=found[0])
    if not counts_slots(columns):
        columns["slots"] = None
    return columns


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused("no_reason", "Write why", field="reason")
    return reason.strip()


def _next(program: Program, reason: str, by: Any) -> None:
    """Write the next revision of a locked program."""
    program.reason, program.changed_by = _said(reason), by
    program.revision += 1
    program.save()


def _demand_kind(program: Program, wanted: Mapping[str, Any]) -> None:
    """Refuse another level or operator where the database would: after an admission, or with beds there."""
    if (wanted["level"], wanted["operated_by"]) == (program.level, program.operated_by):
        return
    if program.admissions.exists() or program.slot_holds.exists():
        text = "Somebody was admitted here, or a slot was held: the level stays"
        raise Refused("program_kind_fixed", text, field="level")
    if program.beds.exists() and (counts_slots(wanted) or wanted["operated_by"] != program.operated_by):
        raise Refused("program_has_beds", "This program has beds: it stays one with beds here", field="level")


def _demand_empty(program: Program) -> None:
    """Refuse to close a program that somebody is in, or waits to come to."""
    here = Admission.objects.filter(program=program, discharged_at__isnull=True).count()
    if here:
        people = "1 person is" if here == 1 else f"{here} people are"
        raise Refused("program_in_use", f"{people} in this program. Record the discharge first")
    beds = list(Bed.objects.select_for_update(of=("self",)).filter(program=program).order_by("pk"))
    if _uses(beds):
        raise Refused("program_in_use", "A bed of this program is held for somebody. Release it first")
    if program.slot_holds.filter(LIVE).exists():
        raise Refused("program_in_use", "A slot of this program is held for somebody. Release it first")


def _uses(beds: list[Bed]) -> bool:
    """Tell whether somebody is in one of these locked beds, or it is held, now or later."""
    now = clock.now()
    ahead = Q(period__endswith__isnull=True) | Q(period__endswith__gt=now)
    uses = BedUse.objects.filter(ahead, bed__in=beds, period__isempty=False)
    return uses.exclude(kind__in=[UseKind.OUT, UseKind.CLEANING]).exists()
