"""Two records of one person: one stands for the other, and nothing moves. Undoing restores both."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.submit import once
from records import hooks
from records.actions.people import EDITABLE, update_person
from records.choices import ConsentStatus
from records.models import Consent, DifferentPeople, Person, PersonMerge

SURVIVOR, MERGED = "survivor", "merged"
MERGE, ASK = "records.person_merge", "records.person_merge_ask"
REASON_MINIMUM = 10


def differences(survivor: Person, merged: Person) -> dict[str, tuple[Any, Any]]:
    """Return the fields in which two records differ, with both values."""
    pairs = {name: (getattr(survivor, name), getattr(merged, name)) for name in EDITABLE}
    return {name: pair for name, pair in pairs.items() if (pair[0] or None) != (pair[1] or None)}


def obstacles(survivor: Person, merged: Person) -> list[tuple[str, str]]:
    """Return what has to be resolved on the record that goes, each with the page where that is done."""
    found: list[tuple[str, str]] = []
    for one, words in ((survivor, "The record that stays"), (merged, "The record that goes")):
        if one.merged_into_id:
            found.append((f"{words} was merged into another one", reverse("records:same", args=[one.pk])))
    if Person.objects.filter(merged_into=merged).exists():
        url = reverse("records:same", args=[merged.pk])
        found.append(("The record that goes stands for another one. Let it be the one that stays", url))
    if Consent.objects.filter(person=merged, status=ConsentStatus.DRAFT).exists():
        url = reverse("records:consent-list", args=[merged.pk])
        found.append(("A consent of the record that goes waits for a signature", url))
    for hook in hooks.before_merge:
        found += hook(survivor=survivor, merged=merged)
    return found


def merge_people(
    *, by: Any, survivor: Person, merged: Person, reason: str, taken: Mapping[str, str],
    submit_key: UUID | None = None,
) -> PersonMerge:  # fmt: skip
    """Let `survivor` stand for `merged`; who may not merge asks, and a second colleague confirms.

    `taken` says for each field that differs whose value the survivor gets: "survivor" or "merged". Raises
    Refused without permission, reason or a choice, or while something has to be resolved first (`reasons`);
    Conflict when either record was merged at the same moment, AlreadyDone when this submit was done before.
    """
    try:
        with transaction.atomic():
            key = once(submit_key, scope="person.merge", by=by) if submit_key else None
            if not by.has_perm(ASK):
                raise Refused("not_permitted", "Your role does not merge records.")
            _demand_reason(reason)
            stays, goes = _lock(survivor, merged)
            _refuse_obstacles(stays, goes)
            row = _row(stays, goes, reason, taken, by)
            if by.has_perm(MERGE):
                _merge(row, stays, goes, by)
            else:
                record("person.merge_asked", by=by, obj=row, person=stays, merged=goes.pk)
            if key:
                key.done(reverse("records:same", args=[stays.pk]))
            return row
    except IntegrityError as error:
        if not (refusal_code(error) or "").startswith("records_person"):
            raise
        raise Conflict("One of these records was merged at the same moment. Look again.") from error


def confirm_merge(*, by: Any, merge: PersonMerge) -> PersonMerge:
    """Make a merge that a colleague asked for. Raises Refused for that one, Conflict when things moved."""
    with transaction.atomic():
        stays, goes = _lock(merge.survivor, merge.merged)
        row = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if row.at is not None or row.undone_at is not None:
            raise Conflict("This was decided already. Nothing was changed.")
        if not by.has_perm(ASK) or (row.asked_by_id == by.pk and not by.has_perm(MERGE)):
            raise Refused("second_person", "A second colleague confirms it, or a supervisor.")
        _refuse_obstacles(stays, goes)
        seen = {name: (one[SURVIVOR], one[MERGED]) for name, one in row.fields["values"].items()}
        if seen != differences(stays, goes):
            raise Conflict("A field changed since this was asked for. Set it aside and ask again.")
        _merge(row, stays, goes, by)
        return row


def _demand_reason(reason: str) -> None:
    if len(reason.strip()) < REASON_MINIMUM:
        raise Refused("reason", f"Say why, in at least {REASON_MINIMUM} characters", field="reason")


def _lock(survivor: Person, merged: Person) -> tuple[Person, Person]:
    """Lock both rows in one order, FOR UPDATE: what begins for either at this moment waits."""
    if survivor.pk == merged.pk:
        raise Refused("same_record", "Choose another record.")
    rows = Person.objects.filter(pk__in=[survivor.pk, merged.pk]).order_by("pk")
    locked = {row.pk: row for row in rows.select_for_update(of=("self",))}
    return locked[survivor.pk], locked[merged.pk]


def _refuse_obstacles(survivor: Person, merged: Person) -> None:
    found = obstacles(survivor, merged)
    if found:
        raise Refused(
            "resolve_first", "Something has to be resolved first.", reasons=tuple(words for words, _ in found)
        )


def _row(survivor: Person, merged: Person, reason: str, taken: Mapping[str, str], by: Any) -> PersonMerge:
    values = {}
    for name, (mine, theirs) in differences(survivor, merged).items():
        if taken.get(name) not in (SURVIVOR, MERGED):
            raise Refused("choice", "Choose which value stays", field=name)
        values[name] = {SURVIVOR: mine, MERGED: theirs, "taken": taken[name]}
    row = PersonMerge(
        survivor=survivor, merged=merged, data_key=survivor.data_key, reason=reason.strip(),
        fields={"values": values}, asked_by=by,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def _merge(row: PersonMerge, survivor: Person, merged: Person, by: Any) -> None:
    now = clock.now()
    kept = {side: one.restriction if one.restricted else None
            for side, one in ((SURVIVOR, survivor), (MERGED, merged))}  # fmt: skip
    row.at, row.by, row.fields = now, by, {**row.fields, "restricted": kept}
    row.save(update_fields=["at", "by", "fields"])
    merged.merged_into = survivor
    merged.save(update_fields=["merged_into"])
    changes = {n: one[MERGED] for n, one in row.fields["values"].items() if one["taken"] == MERGED}
    if changes:
        update_person(person=survivor, by=by, **changes)
    if survivor.restricted != merged.restricted:
        _restrict(merged if survivor.restricted else survivor, kept[SURVIVOR] or kept[MERGED], row)
    record("person.merged", by=by, obj=row, person=survivor, merged=merged.pk, fields=list(changes))


def _restrict(person: Person, restriction: Mapping | None, row: PersonMerge) -> None:
    """A restriction of one record holds for both while the merge does."""
    person.restricted, person.restriction = True, {**(restriction or {}), "by_merge": str(row.pk)}
    person.save(update_fields=["restricted", "restriction"])


def undo_merge(*, by: Any, merge: PersonMerge, reason: str) -> PersonMerge:
    """Undo a merge, or set aside one that was asked for. Both records are again what they were.

    A field that was changed since keeps its newer value, and so does a restriction that was set since. Raises
    Refused without permission or reason, Conflict when it was undone already.
    """
    with transaction.atomic():
        survivor, merged = _lock(merge.survivor, merge.merged)
        row = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if row.undone_at is not None:
            raise Conflict("This was undone already. Nothing was changed.")
        if not by.has_perm(ASK if row.at is None else MERGE):
            raise Refused("not_permitted", "A supervisor undoes a merge.")
        _demand_reason(reason)
        row.undone_at, row.undone_by, row.undo_reason = clock.now(), by, reason.strip()
        row.save(update_fields=["undone_at", "undone_by", "undo_reason"])
        if row.at is None:
            record("person.merge_set_aside", by=by, obj=row, person=survivor, merged=merged.pk)
            return row
        merged.merged_into = None
        merged.save(update_fields=["merged_into"])
        back = _given_back(row, survivor)
        if back:
            update_person(person=survivor, by=by, **back)
        for one in (survivor, merged):
            if (one.restriction or {}).get("by_merge") == str(row.pk):
                one.restricted, one.restriction = False, None
                one.save(update_fields=["restricted", "restriction"])
        record("person.unmerged", by=by, obj=row, person=survivor, merged=merged.pk, fields=list(back))
        return row


def _given_back(row: PersonMerge, survivor: Person) -> dict[str, Any]:
    """Return the survivor's earlier values of the fields that still hold what the merge gave them."""
    given = {name: one for name, one in row.fields["values"].items() if one["taken"] == MERGED}
    return {n: one[SURVIVOR] for n, one in given.items() if getattr(survivor, n) == one[MERGED]}


@transaction.atomic
def say_different(*, by: Any, person: Person, other: Person, reason: str) -> DifferentPeople:
    """Remember that two records are of two people; they are not offered to each other any more.

    Raises Refused without permission or reason. Saying it twice changes nothing.
    """
    if not by.has_perm("records.person_change"):
        raise Refused("not_permitted", "Your role does not do this step.")
    if not reason.strip():
        raise Refused("reason", "Say why they are two people", field="reason")
    first, second = sorted(_lock(person, other), key=lambda one: one.pk)
    known = DifferentPeople.objects.filter(first=first, second=second).first()
    if known is not None:
        return known
    row = DifferentPeople(first=first, second=second, data_key=first.data_key, reason=reason.strip(), by=by)
    row.save(force_insert=True)
    record("person.said_different", by=by, obj=row, person=person, other=other.pk)
    return row
