"""Standard instruments as data.

Each file in `instruments/` holds the items, options, licence basis, bands and flags of one; the wording of an
item is there only where it may be reproduced.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "instruments"
PULSE = "pulse_bpm"
_METHODS = ("sum", "max", "category_max", "asq", "needs", "subscales", "external_total")


@dataclass(frozen=True)
class Item:
    """One question; `options` is None when any number is accepted, `text` when wording isn't shipped."""

    id: str
    label: str
    text: str | None
    loinc: str | None
    options: tuple[Mapping[str, Any], ...] | None
    smallest: float
    largest: float
    scored: bool
    required: bool
    reverse: bool
    derive: str | None
    enable_when: Mapping[str, Any] | None

    def accepts(self, value: float) -> bool:
        """Say whether the value is one of the options, or a whole number inside the limits."""
        if self.options:
            return any(option["value"] == value for option in self.options)
        if self.options is None:
            return True
        return value == int(value) and self.smallest <= value <= self.largest

    def weight(self, value: float) -> float:
        """Return what an answer counts."""
        return 1 - value if self.reverse else value

    def bounds(self) -> tuple[float, float]:
        """Return the least and the most that a missing answer could count."""
        ends = (self.weight(self.smallest), self.weight(self.largest))
        return min(ends), max(ends)


@dataclass(frozen=True)
class Instrument:
    """One instrument as its file states it; `version` is the fingerprint of that file."""

    id: str
    version: str
    title: str
    intro: str | None
    lookback: str
    administration: str
    wording_included: bool
    licence: Mapping[str, Any]
    loinc: Mapping[str, Any]
    items: Mapping[str, Item]
    scoring: Mapping[str, Any]
    skip_rules: tuple[Mapping[str, Any], ...]
    flags: tuple[Mapping[str, Any], ...]
    notes: str

    @property
    def method(self) -> str:
        """Return the name of the scoring method."""
        return str(self.scoring["method"])

    @property
    def inputs_from_zero(self) -> tuple[str, ...]:
        """Return the inputs beside items that are measured, never below zero."""
        if self.method == "external_total":
            return ("total",)
        return (PULSE,) if any(item.derive == PULSE for item in self.items.values()) else ()


def _item(entry: Mapping[str, Any], option_sets: Mapping[str, Any]) -> Item:
    options: tuple[Mapping[str, Any], ...] | None = None
    if "options" in entry or "options_inline" in entry:
        options = tuple(entry.get("options_inline") or option_sets[entry["options"]])
    elif "min" in entry:
        options = ()
    values = [option["value"] for option in options or ()]
    return Item(
        id=entry["id"],
        label=entry["label"],
        text=entry["text"],
        loinc=entry.get("loinc"),
        options=options,
        smallest=min(values, default=entry.get("min", 0)),
        largest=max(values, default=entry.get("max", 0)),
        scored=entry.get("scored") is True,
        required=entry.get("required") is True,
        reverse=entry.get("reverse") is True,
        derive=entry.get("derive"),
        enable_when=entry.get("enable_when"),
    )


def load_instrument(path: Path) -> Instrument:
    """Return the instrument of one file; raise `ValueError` when its method is unknown."""
    content = path.read_bytes()
    entry = json.loads(content)
    if entry["scoring"]["method"] not in _METHODS or entry["id"] != path.stem:
        raise ValueError(f"{path.name}: unknown scoring method or wrong id")
    sets = entry.get("option_sets", {})
    return Instrument(
        id=entry["id"],
        version=hashlib.sha256(content).hexdigest()[:12],
        title=entry["title"],
        intro=entry.get("intro"),
        lookback=entry.get("lookback", ""),
        administration=entry["administration"],
        wording_included=entry["license"]["wording_included"],
        licence=entry["license"],
        loinc=entry["loinc"],
        items={item["id"]: _item(item, sets) for item in entry["items"]},
        scoring=entry["scoring"],
        skip_rules=tuple(entry.get("skip_rules", ())),
        flags=tuple(entry["flags"]),
        notes=entry.get("notes", ""),
    )


INSTRUMENTS: Mapping[str, Instrument] = {
    path.stem: load_instrument(path) for path in sorted(FOLDER.glob("*.json"))
}
