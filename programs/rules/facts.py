"""What the detox rules ask about, worked out from one picture, and which answers stand behind each name.

Everything here follows the definitions of the clinical document: an unknown answer is never read as "no",
an unknown amount is read as the row's substitute, and last use only decides inside or outside the window.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from programs.rules.expression import Reference
from programs.rules.ruleset import Ruleset, Substance
from programs.rules.terms import CONDITIONS, ILLNESS, RED_FLAGS, VITAL_SIGNS

INPUT_KEYS: Mapping[str, str] = {
    "preg": "pregnant",
    "hx": "prior_complicated_withdrawal",
    "hxo": "prior_severe_opioid_kratom_withdrawal",
    "jaun": "jaundice_or_dark_urine",
    "uds": "unexpected_drug_screen",
    "ddi": "major_interaction",
    "adulterant": "suspected_medetomidine_xylazine",
    "home": "safe_home_support",
    "sui": "suicidality",
    "age": "age",
    "cows": "cows",
    "ciwa": "ciwa",
    "pawss": "pawss",
    "ciwa_per": "ciwa_perceptual_max",
    "ciwa_ori": "ciwa_orientation",
    "nwm": "prior_alcohol_sedative_wm",
    "list_complete": "substance_list_complete",
}
_UNLESS_KNOWN: Mapping[str, Any] = {
    **dict.fromkeys(("age", "cows", "ciwa", "pawss")),
    **dict.fromkeys(("ciwa_per", "ciwa_ori", "nwm"), 0),
    "list_complete": False,
}


@dataclass(frozen=True)
class Use:
    """One reported substance: its row of the table, its use level, and what is uncertain about it."""

    code: str
    row: Substance
    level: int
    unclear: bool
    stable: bool


@dataclass(frozen=True)
class Facts:
    """The values that conditions read (`terms`), and what is needed to name the answers behind them."""

    terms: dict[str, Any]
    uses: tuple[Use, ...]
    vital_bands: Mapping[str, int]
    missing: tuple[str, ...]


def use_of(code: str, entry: Mapping[str, Any], ruleset: Ruleset) -> Use | None:
    """Return the use level of one reported substance, or None for one that the rules leave out."""
    if code in ruleset.ignored:
        return None
    row = ruleset.substances.get(code) or ruleset.substances[ruleset.unrecognised_as]
    stable = bool(entry.get("prescribed_stable", False))
    hours = entry.get("hours_since_last")
    if hours is not None and hours > row.window_h:
        return Use(code, row, 0, False, stable)
    amount, days, months = (entry.get(key) for key in ("amount", "days_per_week", "duration_months"))
    unclear = None in (days, months, hours) or (amount is None and row.uses_amount)
    amount, days, months = (
        substitute if value is None else value
        for value, substitute in zip((amount, days, months), row.unknown_as, strict=True)
    )
    return Use(code, row, _level(row, amount, days, months), unclear, stable)


def _level(row: Substance, amount: float, days: float, months: float) -> int:
    if row.none_when is not None and row.none_when.holds(
        {"amount": amount, "days_per_week": days, "duration_months": months}
    ):
        return 0
    for band in row.bands:
        if amount >= band.amount and days >= band.days and months >= band.months:
            return band.level
    return 1


def facts_of(picture: Mapping[str, Any], ruleset: Ruleset) -> Facts:
    """Return the facts of a picture that `programs.rules.io.read_detox` has read."""
    terms: dict[str, Any] = {
        name: picture.get(key, _UNLESS_KNOWN.get(name, None if name in _UNLESS_KNOWN else "unknown"))
        for name, key in INPUT_KEYS.items()
    }
    flags = picture.get("red_flags", {})
    terms["red"] = {key: "no" if flags == "none" else flags.get(key, "unknown") for key in RED_FLAGS}
    illness = picture.get("medical", {})
    terms["med"] = {
        key: 0 if illness == "none" else ILLNESS.index(illness.get(key, "unknown")) for key in CONDITIONS
    }
    terms["medmax"] = max(terms["med"].values())
    bands = _vital_bands(picture.get("vitals", {}), ruleset)
    terms["vit"] = max(bands.values(), default=0)
    terms["vit_missing"] = len(bands) < len(VITAL_SIGNS)
    found = (use_of(code, entry, ruleset) for code, entry in picture.get("substances", {}).items())
    uses = tuple(use for use in found if use is not None)
    _add_use_terms(terms, uses, ruleset)
    for name, definition in ruleset.definitions.items():
        terms[name] = definition.value(terms)
    facts = Facts(terms, uses, bands, ())
    missing = _missing(facts, ruleset)
    terms["required_answer_missing"] = bool(missing)
    return Facts(terms, uses, bands, missing)


def _vital_bands(vitals: Any, ruleset: Ruleset) -> dict[str, int]:
    if vitals == "normal":
        return dict.fromkeys(VITAL_SIGNS, 0)
    bands = {}
    for sign in VITAL_SIGNS:
        if sign in vitals:
            reading = {"reading": vitals[sign]}
            bands[sign] = next(
                (band for band, condition in ruleset.vital_bands[sign] if condition.holds(reading)), 0
            )
    return bands


def _add_use_terms(terms: dict[str, Any], uses: tuple[Use, ...], ruleset: Ruleset) -> None:
    by_code = dict.fromkeys(ruleset.substances, 0)
    by_class = dict.fromkeys(ruleset.groups, 0)
    unstable = dict.fromkeys(ruleset.groups, 0)
    for use in uses:
        group = use.row.group
        by_code[use.row.code] = max(by_code[use.row.code], use.level)
        by_class[group] = max(by_class[group], use.level)
        if not use.stable:
            unstable[group] = max(unstable[group], use.level)
    dependent = ruleset.dependence_level
    terms["lvl"], terms["C"], terms["N"] = by_code, by_class, unstable
    terms["dep"] = frozenset(group for group in ruleset.dependence if by_class[group] >= dependent)
    terms["ndep"] = frozenset(group for group in terms["dep"] if unstable[group] >= dependent)
    terms["any2"] = frozenset(
        group for group, level in by_class.items() if level and group not in ruleset.never_counted_together
    )
    terms["sed2"] = sum(by_class[group] >= dependent for group in ruleset.sedative)
    terms["unclear_use"] = any(use.level and use.unclear for use in uses)


def _missing(facts: Facts, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the input keys of the required answers that are not known, in the order of the definition."""
    parts = ruleset.required.alternatives or (ruleset.required,)
    true = [part for part in parts if part.holds(facts.terms)]
    return inputs_behind((reference for part in true for reference in part.reads), facts, ruleset)


def inputs_behind(references: Iterable[Reference], facts: Facts, ruleset: Ruleset) -> tuple[str, ...]:
    """Return the input keys that these names of a condition were worked out from, each once.

    A name that sums up many answers leads to those that made its value: the signs in the highest band, the
    substances reported in a class. When there are none it leads to the group of answers as a whole.
    """
    keys: dict[str, None] = {}
    for name, key in references:
        if name in ruleset.definitions:
            keys |= dict.fromkeys(inputs_behind(ruleset.definitions[name].reads, facts, ruleset))
        else:
            keys |= dict.fromkeys(_behind(name, key, facts, ruleset))
    named = {key.partition(".")[0] for key in keys if "." in key}
    return tuple(key for key in keys if key not in named)


def _behind(name: str, key: str | None, facts: Facts, ruleset: Ruleset) -> Iterable[str]:
    if name in INPUT_KEYS:
        return [INPUT_KEYS[name]]
    if name == "red":
        return [f"red_flags.{key}"]
    if name == "med":
        return [f"medical.{key}"]
    if name == "medmax":
        worst = facts.terms["medmax"]
        return _some("medical", (sick for sick, value in facts.terms["med"].items() if value == worst > 0))
    if name == "vit":
        worst = facts.terms["vit"]
        return _some("vitals", (sign for sign, band in facts.vital_bands.items() if band == worst > 0))
    if name == "vit_missing":
        return _some("vitals", (sign for sign in VITAL_SIGNS if sign not in facts.vital_bands))
    if name == "required_answer_missing":
        return facts.missing
    return _some("substances", (use.code for use in facts.uses if _counts(use, name, key, facts, ruleset)))


def _counts(use: Use, name: str, key: str | None, facts: Facts, ruleset: Ruleset) -> bool:
    """Say whether a reported substance had a part in a name about use."""
    group = use.row.group
    if name == "unclear_use":
        return bool(use.level and use.unclear)
    if name == "lvl":
        return use.row.code == key
    if name in ("C", "N"):
        return group == key and use.level > 0 and not (name == "N" and use.stable)
    if name == "sed2":
        return group in ruleset.sedative and use.level >= ruleset.dependence_level
    least = 1 if name == "any2" else ruleset.dependence_level
    return group in facts.terms[name] and use.level >= least


def _some(group: str, keys: Iterable[str]) -> list[str]:
    return [f"{group}.{key}" for key in keys] or [group]
