"""Comparing two states of the answers: which fields say something else now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A substance row: its id in its own version, its place among the rows, and whether it was taken off."""

    id: str
    place: int
    answers: Mapping[str, Answer]
    removed: bool = False


@dataclass(frozen=True)
class State:
    """All answers of one version at one moment; rows by the id that they have in every version (`root`)."""

    sections: Mapping[str, Mapping[str, Answer]]
    rows: Mapping[str, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One field that differs. `row` is the root of a substance row, `name` empty for the row itself."""

    section: str
    row: str
    name: str
    old: Answer | None
    new: Answer | None


def differences(old: State, new: State, *, rows_in: str) -> list[Difference]:
    """Return every field that differs, and every row that was added or taken off, in no certain order.

    A row that is only in one of the states, or was taken off in one, is one difference with an empty name,
    besides those of its fields. `rows_in` is the section that rows belong to.
    """
    found = []
    for key in dict.fromkeys([*old.sections, *new.sections]):
        before, after = old.sections.get(key, {}), new.sections.get(key, {})
        found += [Difference(key, "", *one) for one in _fields(before, after)]
    for root in dict.fromkeys([*old.rows, *new.rows]):
        was, is_now = old.rows.get(root), new.rows.get(root)
        listed = tuple(bool(row and not row.removed) for row in (was, is_now))
        if listed[0] != listed[1]:
            found.append(Difference(rows_in, root, "", *({"value": on} if on else None for on in listed)))
        fields = _fields(was.answers if was else {}, is_now.answers if is_now else {})
        found += [Difference(rows_in, root, *one) for one in fields]
    return found


def _fields(
    before: Mapping[str, Answer], after: Mapping[str, Answer]
) -> list[tuple[str, Answer | None, Answer | None]]:
    names = dict.fromkeys([*before, *after])
    return [
        (name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    ]


def replay(
    start: State, saves: list[tuple[str, Mapping[str, Answer | None]]], *, roots: Mapping[str, str]
) -> State:
    """Return the state after saves, oldest first: (section, what was saved by flat name; None: not asked).

    `roots` maps the id of a row in its own version to its root.
    """
    sections = {key: dict(answers) for key, answers in start.sections.items()}
    rows = {root: (row, dict(row.answers)) for root, row in start.rows.items()}
    for key, answers in saves:
        for flat, answer in answers.items():
            row_id, colon, name = flat.rpartition(":")
            if colon:
                root = roots.get(row_id, row_id)
                kept = rows.setdefault(root, (Row(row_id, len(rows), {}), {}))[1]
            else:
                kept = sections.setdefault(key, {})
            if answer is None:
                kept.pop(name, None)
            else:
                kept[name] = answer
    return State(
        sections,
        {root: Row(row.id, row.place, answers, row.removed) for root, (row, answers) in rows.items()},
    )
