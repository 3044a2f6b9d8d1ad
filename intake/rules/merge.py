"""Two people save one section: what merges by itself, and what a person has to choose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merge:
    """`changes` can be written; `conflicts` are the fields that both sides changed, differently."""

    changes: Mapping[str, Any]
    conflicts: tuple[str, ...]


def suspects(*, moved: Collection[str], theirs: Mapping, mine: Mapping) -> tuple[str, ...]:
    """The fields sent that somebody saved since (`moved`), and that don't say the same as what is stored."""
    return tuple(field for field, answer in mine.items() if field in moved and answer != theirs.get(field))


def merge(
    *, moved: Collection[str], seen: Mapping, theirs: Mapping, mine: Mapping, edited: bool = False
) -> Merge:
    """Merge field by field.

    `moved` are the fields saved after the sender last saw them, `seen` what the suspects among them said
    then, `theirs` what is stored now, `mine` what was sent (None: not asked). What only one side changed
    merges; the same change on both sides is no conflict. `edited` says that a hand changed every field that
    was sent, so that one that says what it said before was put back, and is a change as well.
    """
    doubtful = suspects(moved=moved, theirs=theirs, mine=mine)
    conflicts = tuple(field for field in doubtful if edited or mine[field] != seen.get(field))
    changes = {
        field: answer
        for field, answer in mine.items()
        if field not in doubtful and answer != theirs.get(field)
    }
    return Merge(changes, conflicts)
