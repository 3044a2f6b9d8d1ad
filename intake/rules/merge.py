"""Two people save one section: what merges by itself, and what a person has to choose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Merge:
    """`changes` can be written; `conflicts` are the fields that both sides changed, differently."""

    changes: Mapping[str, Any]
    conflicts: tuple[str, ...]


def merge(*, base: Mapping, theirs: Mapping, mine: Mapping) -> Merge:
    """Three-way merge, field by field.

    `base` is what the form was filled from, `theirs` what is stored now, `mine` what was sent (only the
    fields on the form; None means not asked). A field only one side changed merges; the same change on
    both sides is no conflict.
    """
    changes, conflicts = {}, []
    for field, answer in mine.items():
        before, stored = base.get(field), theirs.get(field)
        if answer in (before, stored):
            continue
        if stored == before:
            changes[field] = answer
        else:
            conflicts.append(field)
    return Merge(changes, tuple(conflicts))
