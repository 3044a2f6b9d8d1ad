"""Read a rule file strictly: every value is asked for by name and type, and a mistake names its place."""

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from programs.rules.expression import Condition, ConditionError, Quantity, Vocabulary
from programs.rules.expression import compile_condition as _compile_condition
from programs.rules.expression import compile_quantity as _compile_quantity

T = TypeVar("T")
DATA = Path(__file__).parent / "data"
COMMENTARY = ("lineage", "conflicts", "sign_off", "inner_peak")
"""Keys of the rule files that explain and decide nothing."""


class RulesetError(ValueError):
    """A rule file can't be used; the message names the place in the file and the reason."""


@dataclass(frozen=True)
class Node:
    """One value of a rule file and where it stands."""

    value: Any
    path: str

    def error(self, reason: str) -> RulesetError:
        """Return the error to raise about this place."""
        return RulesetError(f"{self.path}: {reason}")

    def keys(self, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> "Node":
        """Return this object after checking that it has exactly these keys."""
        for key in self._object():
            if key not in required and key not in optional:
                raise self.error(f"unknown key {key!r}")
        for key in required:
            if key not in self.value:
                raise self.error(f"{key!r} is missing")
        return self

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise self.error("must be an object")
        return self.value

    def __getitem__(self, key: str) -> "Node":
        if key not in self._object():
            raise self.error(f"{key!r} is missing")
        return Node(self.value[key], f"{self.path}.{key}")

    def __contains__(self, key: str) -> bool:
        return key in self._object()

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """Yield the keys and values of this object."""
        for key in self._object():
            yield key, self[key]

    def each(self) -> Iterator["Node"]:
        """Yield the elements of this list."""
        if not isinstance(self.value, list):
            raise self.error("must be a list")
        for index, element in enumerate(self.value):
            yield Node(element, f"{self.path}[{index}]")

    def text(self) -> str:
        """Return this non-empty string."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error("must be a text")
        return self.value

    def word(self, allowed: Any) -> str:
        """Return this string, one of the allowed ones."""
        if self.text() not in allowed:
            raise self.error("is not one of the known words")
        return self.text()

    def words(self) -> tuple[str, ...]:
        """Return this list of different strings."""
        found = tuple(node.text() for node in self.each())
        if len(set(found)) != len(found):
            raise self.error("has a word twice")
        return found

    def sentences(self, key: str) -> tuple[str, ...]:
        """Return the texts under a key that may be left out."""
        return tuple(node.text() for node in self[key].each()) if key in self else ()

    def lineage(self) -> dict[str, str]:
        """Return where the numbers of this file come from, by the key that holds them."""
        return {key: node.text() for key, node in self["lineage"].entries() if self[key] is not None}

    def sign_off(self) -> str:
        """Return who signed the numbers of this file and when; empty while nobody has."""
        return "" if self["sign_off"].value is None else self["sign_off"].text()

    def number(self) -> float:
        """Return this finite number, not below zero."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error("must be a number")
        if not 0 <= value < math.inf:
            raise self.error("must be a number from 0 up")
        return value

    def whole(self, low: int, high: int) -> int:
        """Return this whole number between two limits, both included."""
        value = self.number()
        if value != int(value) or not low <= value <= high:
            raise self.error(f"must be a whole number from {low} to {high}")
        return int(value)

    def condition(self, vocabulary: Vocabulary) -> Condition:
        """Return this text as a compiled condition."""
        return self._compiled(_compile_condition, vocabulary)

    def quantity(self, vocabulary: Vocabulary) -> Quantity:
        """Return this text as a compiled number."""
        return self._compiled(_compile_quantity, vocabulary)

    def _compiled(self, compiler: Callable[[str, Vocabulary], T], vocabulary: Vocabulary) -> T:
        try:
            return compiler(self.text(), vocabulary)
        except ConditionError as error:
            raise self.error(str(error)) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RulesetError("a key appears twice in one object")
    return found


def _facts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _facts(inner) for key, inner in value.items() if key not in COMMENTARY}
    return [_facts(inner) for inner in value] if isinstance(value, list) else value


def read_rule_file(path: Path, format_name: str) -> Node:
    """Return the document of a rule file in the given format; raise `RulesetError` when it isn't one."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except RulesetError as error:
        raise RulesetError(f"{path.name}: {error}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise RulesetError(f"{path.name}: not a readable JSON file") from error
    node = Node(document, path.name)
    if node["format"].value != format_name:
        raise node["format"].error(f"must be {format_name!r}")
    return node


def fingerprint(*nodes: Node) -> str:
    """Return the SHA-256 of the facts in these documents, whatever their layout in the file.

    What only explains (COMMENTARY) is left out: a new remark doesn't make a result one of other rules.
    """
    canonical = json.dumps(
        [_facts(node.value) for node in nodes], sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
