"""What is used: the rows, and the uses that other answers tell of. The substances part of the picture.

A use that is told of without amounts counts with everything not known, never as none. It stands beside the
rows, so that more answers can only add to the risk.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.answers import value_of, was_asked
from intake.questions.substances import PLAIN_FORMS
from intake.rules.facts import Facts, ToldUse, UseRow
from intake.rules.last_use import hours_since
from intake.substances import BY_CODE, BY_NAME, KRATOM, SUBSTANCES, Substance, day_of

_EXTRACT, _SEVEN_OH, _OTHER = "kratom_extract", "seven_oh", "other"
_CONCENTRATED = frozenset({"extract", "resin", "enhanced", "vape"})
_AMOUNTS = frozenset({"amount", "unit", "strength_mg", "times_a_day", "prescribed_stable"})
_OF_MEDICINE = {
    "methadone": "methadone",
    "buprenorphine": "buprenorphine",
    "buprenorphine_naloxone": "buprenorphine",
    "naltrexone": "",
}

_NAMES: Mapping[str, frozenset[str]] = {
    **{name.casefold(): frozenset({code}) for code, label in BY_NAME for name in (code, label)},
    **{name.casefold(): frozenset({one.code}) for one in SUBSTANCES for name in (one.code, one.label)},
    "kratom": KRATOM,
    **dict.fromkeys((_OTHER, BY_CODE[_OTHER].label.casefold()), frozenset()),
}
"""What names a substance for certain. A name that may be anything else as well isn't here."""


@dataclass(frozen=True)
class Use:
    """One use of a substance. `told_by`: the question of `section` that tells of it; empty for a row."""

    code: str
    row: UseRow
    section: str = "substances"
    told_by: str = ""


def uses(facts: Facts) -> tuple[Use, ...]:
    """Every use that the facts tell of: rows first, then what their form or other answers imply.

    A use that was reported moves the last use of every row that it may be about.
    """
    own = tuple(Use(_code(row), _moved(row, facts.told)) for row in facts.rows if row.answers)
    implied = tuple(
        Use(code, _without_amounts(use.row), told_by="enhanced") for use in own for code in _hidden_in(use)
    )
    known = {use.code for use in (*own, *implied)}
    return (*own, *implied, *_by_name(facts, known), *_medicine(facts, known), *_told(facts, own))


def _code(row: UseRow) -> str:
    return value_of(row.answers, "substance") or _OTHER


def _named(words: str) -> frozenset[str]:
    """The codes of a substance that was named in so many words; empty when it may be anything."""
    return _NAMES.get(" ".join(words.split()).casefold(), frozenset())


def _moved(row: UseRow, told: Sequence[ToldUse]) -> UseRow:
    """The row with its last use at the latest report that may be about it. One that isn't known stays so."""
    code = _code(row)
    about = [
        one.at for one in told if code == _OTHER or not _named(one.substance) or code in _named(one.substance)
    ]
    if row.last_use_latest is None or not about:
        return row
    return replace(row, last_use_latest=max(row.last_use_latest, *about))


def _told(facts: Facts, own: Sequence[Use]) -> Iterator[Use]:
    """What was reported and has no row. What may be anything is something else, beside every row."""
    rows = {use.code for use in own}
    for one in facts.told:
        codes = _named(one.substance) or frozenset({_OTHER})
        if not codes & rows:
            at = {"last_use": {"value": "exact"}, "last_use_at": {"value": one.at.isoformat()}}
            yield Use(min(codes), UseRow(at, one.at), told_by="asked_by_name")


def _hidden_in(use: Use) -> Iterator[str]:
    """The stronger product that a kratom row may be, by its form and the question about it.

    Plain leaf stays leaf. Grams of a concentrate say nothing, so the concentrate counts with an amount that
    is not known, beside the leaf, which it never replaces.
    """
    if use.code not in KRATOM:
        return
    form, enhanced = value_of(use.row.answers, "product_form"), value_of(use.row.answers, "enhanced")
    if form == "blend":
        yield _OTHER
    if "seven_oh" in (form, enhanced):
        if use.code != _SEVEN_OH:
            yield _SEVEN_OH
    elif use.code != "kratom_leaf":
        return
    elif enhanced == "yes" or form in _CONCENTRATED:
        yield _EXTRACT
    elif enhanced is None and (was_asked(use.row.answers, "enhanced") or form not in PLAIN_FORMS):
        yield _OTHER


def _without_amounts(row: UseRow) -> UseRow:
    answers = {name: answer for name, answer in row.answers.items() if name not in _AMOUNTS}
    return UseRow(answers, row.last_use_latest, row.id)


def _by_name(facts: Facts, known: set[str]) -> Iterator[Use]:
    """What was ticked when it was read out by name and has no row; kratom of any kind covers kratom."""
    for code in value_of(facts.sections.get("substances", {}), "asked_by_name") or ():
        covered = known & KRATOM if code == "kratom_leaf" else code in known
        if code in BY_CODE and not covered:
            yield Use(code, UseRow({}), told_by="asked_by_name")


def _medicine(facts: Facts, known: set[str]) -> Iterator[Use]:
    """Medicine for opioid use disorder, when no row tells of it; one that was not named may be any."""
    answers = facts.sections.get("health", {})
    if value_of(answers, "mat_current") != "yes":
        return
    drug = value_of(answers, "mat_drug")
    code = _OTHER if drug is None else _OF_MEDICINE[drug]
    if not code or code in known or (drug is None and known & set(_OF_MEDICINE.values())):
        return
    stable = value_of(answers, "mat_goes_on") == "yes" and drug is not None
    row = {"prescribed_stable": {"value": "yes"}} if stable else {}
    yield Use(code, UseRow(row), "health", "mat_drug")


def substances_of(facts: Facts, now: datetime) -> dict[str, dict[str, Any]]:
    """The substances of the detox input, by code; the uses of one substance count together."""
    grouped: dict[str, list[UseRow]] = {}
    for use in uses(facts):
        grouped.setdefault(use.code, []).append(use.row)
    return {code: _entry(code, rows, now) for code, rows in grouped.items()}


def _entry(code: str, rows: list[UseRow], now: datetime) -> dict[str, Any]:
    known = BY_CODE.get(code) or BY_CODE[_OTHER]
    amounts = [day_of(row.answers) for row in rows]
    days = [value_of(row.answers, "days_per_week") for row in rows]
    months = [value_of(row.answers, "duration_months") for row in rows]
    hours = [hours_since(row.answers, row.last_use_latest, now=now) for row in rows]
    entry = {
        "amount": _total(amounts, known),
        "days_per_week": _days(days, known.unknown_days),
        "duration_months": _highest(months, known.unknown_months),
        "hours_since_last": None if None in hours else min(hour for hour in hours if hour is not None),
    }
    if all(value_of(row.answers, "prescribed_stable") == "yes" for row in rows):
        entry["prescribed_stable"] = True
    return {key: value for key, value in entry.items() if value is not None}


def _total(amounts: list[float | None], substance: Substance) -> float | None:
    """The sum; with an unknown among them only when the known part is more than the rules assume."""
    total = round(sum(amount for amount in amounts if amount is not None), 6)
    if None not in amounts:
        return total
    return total if total > substance.unknown_amount > 0 else None


def _days(values: list[float | None], assumed: float) -> float | None:
    """Days of use together: rows may be on different days, so they add up, to at most the whole week."""
    total = min(sum(value for value in values if value is not None), 7)
    if None not in values:
        return total
    return total if total > assumed else None


def _highest(values: list[float | None], assumed: float) -> float | None:
    """The highest; with an unknown among them only when it is more than the rules assume."""
    highest = max((value for value in values if value is not None), default=None)
    if None not in values or highest is None:
        return highest
    return highest if highest > assumed else None
