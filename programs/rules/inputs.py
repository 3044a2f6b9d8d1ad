"""Every answer that the detox rules read, with all that could be said instead, from least to most risk.

A step stands for all values between two numbers that the rule files compare with: the rules say the same to
every value of one step. So trying the steps is trying every possible answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from programs.rules.facts import INPUT_KEYS
from programs.rules.ruleset import Ruleset, Substance
from programs.rules.terms import CONDITIONS, ILLNESS, RED_FLAGS, SUICIDALITY, TRI_STATE_KEYS, VITAL_SIGNS

SCORES: Mapping[str, int] = {
    "cows": 48,
    "ciwa": 67,
    "ciwa_perceptual_max": 7,
    "ciwa_orientation": 4,
    "pawss": 10,
}
MEASURED = frozenset({*SCORES, *(f"vitals.{sign}" for sign in VITAL_SIGNS), "unexpected_drug_screen"})
"""What is measured or tested, so that nobody can ask it on the phone."""

USE_FIELDS = ("amount", "days_per_week", "duration_months", "hours_since_last", "prescribed_stable")
_GROUPS = {"red_flags": "no", "medical": "none"}
_NORMAL = {"hr": 72, "sbp": 118, "dbp": 76, "rr": 14, "spo2": 98, "temp_c": 36.8}
_GROWN_UP = 34
_LARGE = 1_000_000
_AGE = "age"


@dataclass(frozen=True)
class Step:
    """One word, or all numbers from `start` (`after` it when open) to `end` (None: no end).

    `value` is an answer inside it. `closed`: `end` itself belongs to the step.
    """

    value: Any
    start: float | None = None
    end: float | None = None
    after: bool = False
    closed: bool = False

    def holds(self, answer: Any) -> bool:
        """Say whether an answer belongs to this step."""
        if self.start is None:
            return bool(answer == self.value)
        above = answer > self.start if self.after else answer >= self.start
        return above and (self.end is None or (answer <= self.end if self.closed else answer < self.end))


@dataclass(frozen=True)
class Input:
    """One answer: its dotted key, its steps from least to most risk, and what is known (`value`, or None)."""

    key: str
    steps: tuple[Step, ...]
    value: Any = None

    @property
    def known(self) -> bool:
        """Say whether there is an answer that the rules can use."""
        return self.value is not None

    @property
    def measured(self) -> bool:
        """Say whether the answer takes a measurement or a test."""
        return self.key in MEASURED

    @property
    def step(self) -> Step | None:
        """Return the step of the known answer."""
        return next((step for step in self.steps if self.known and step.holds(self.value)), None)


def inputs_of(picture: Mapping[str, Any], ruleset: Ruleset) -> tuple[Input, ...]:
    """Return every answer that a picture (read already) has or could have, safety first."""
    found = [
        Input(f"red_flags.{key}", _words("no", "yes"), _told(picture, "red_flags", key)) for key in RED_FLAGS
    ]
    steps = _words(*(word for word in SUICIDALITY if word != "unknown"))
    found.append(Input("suicidality", steps, _unless_unknown(picture.get("suicidality"))))
    found += _uses(picture, ruleset)
    found.append(
        Input("substance_list_complete", _words(True, False), picture.get("substance_list_complete") or None)
    )
    for key in TRI_STATE_KEYS:
        words = _words("yes", "no") if key == "safe_home_support" else _words("no", "yes")
        found.append(Input(key, words, _unless_unknown(picture.get(key))))
    found.append(Input("age", _age_steps(ruleset), picture.get("age")))
    known = tuple(word for word in ILLNESS if word != "unknown")
    found += [Input(f"medical.{key}", _words(*known), _told(picture, "medical", key)) for key in CONDITIONS]
    key = "prior_alcohol_sedative_wm"
    found.append(Input(key, _counted(key, None, ruleset), picture.get(key)))
    found += [Input(key, _counted(key, high, ruleset), picture.get(key)) for key, high in SCORES.items()]
    found += [
        Input(f"vitals.{sign}", _vital_steps(sign, ruleset), _told(picture, "vitals", sign))
        for sign in VITAL_SIGNS
    ]
    return tuple(found)


def answered(picture: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """Return the picture with one answer (dotted key) set, or taken out when `value` is None."""
    head, _, tail = key.partition(".")
    changed = dict(picture)
    if not tail:
        changed[head] = value
    elif head == "substances":
        code, _, field = tail.rpartition(".")
        uses = dict(picture.get(head) or {})
        uses[code] = {**(uses.get(code) or {}), field: value}
        changed[head] = _without_none(uses, code)
    else:
        changed[head] = {**_spelled_out(picture.get(head), head), tail: value}
        changed[head] = {name: inner for name, inner in changed[head].items() if inner is not None}
    return {name: inner for name, inner in changed.items() if inner is not None}


def _without_none(uses: dict[str, Any], code: str) -> dict[str, Any]:
    entry = {name: inner for name, inner in uses[code].items() if inner is not None}
    return {**uses, code: entry}


def without_substance(picture: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return the picture as if one substance had not been reported."""
    uses = {other: entry for other, entry in (picture.get("substances") or {}).items() if other != code}
    return {**picture, "substances": uses}


def at_most_risk(picture: Mapping[str, Any], ruleset: Ruleset) -> dict[str, Any]:
    """Return the picture with every substance used as heavily as can be, reported or not.

    What an incomplete list can still turn out to hold: other substances, or more of those reported.
    """
    heavy = {"amount": _LARGE, "days_per_week": 7, "duration_months": _LARGE, "hours_since_last": 0}
    uses = {**(picture.get("substances") or {}), **dict.fromkeys(ruleset.substances, heavy)}
    return {**picture, "substances": uses}


def _spelled_out(group: Any, name: str) -> dict[str, Any]:
    if isinstance(group, str):
        return dict(_NORMAL) if name == "vitals" else dict.fromkeys(_keys_of(name), _GROUPS[name])
    return dict(group or {})


def _keys_of(name: str) -> tuple[str, ...]:
    return RED_FLAGS if name == "red_flags" else CONDITIONS


def _told(picture: Mapping[str, Any], group: str, key: str) -> Any:
    return _unless_unknown(_spelled_out(picture.get(group), group).get(key))


def _unless_unknown(word: Any) -> Any:
    return None if word == "unknown" else word


def _words(*values: Any) -> tuple[Step, ...]:
    return tuple(Step(value) for value in values)


def _uses(picture: Mapping[str, Any], ruleset: Ruleset) -> list[Input]:
    found = []
    for code, entry in (picture.get("substances") or {}).items():
        if code in ruleset.ignored:
            continue
        row = ruleset.substances.get(code) or ruleset.substances[ruleset.unrecognised_as]
        for field in USE_FIELDS:
            if field == "amount" and not row.uses_amount:
                continue
            found.append(Input(f"substances.{code}.{field}", use_steps(row, field), (entry or {}).get(field)))
    return found


def use_steps(row: Substance, field: str) -> tuple[Step, ...]:
    """Return the steps of one fact about the use of a substance, least risk first."""
    if field == "prescribed_stable":
        return _words(True, False)
    if field == "hours_since_last":
        inside = Step(0, 0, row.window_h, closed=True)
        return Step(row.window_h + 1, row.window_h, None, after=True), inside
    attribute = {"amount": "amount", "days_per_week": "days", "duration_months": "months"}[field]
    edges = frozenset((getattr(band, attribute), False) for band in row.bands)
    if row.none_when is not None:
        edges |= _edges(field, (row.none_when.text,))
    return _between(edges, 7 if field == "days_per_week" else None)


@lru_cache(maxsize=512)
def _edges(name: str, texts: tuple[str, ...]) -> frozenset[tuple[float, bool]]:
    """Return the numbers that a name is compared with: (n, False) where a step starts at n, True after n."""
    comparison = re.compile(rf"\b{name} ([≥><≤]) (\d+(?:\.\d+)?)")
    return frozenset((float(n), sign in "≤>") for text in texts for sign, n in comparison.findall(text))


@lru_cache(maxsize=512)
def _between(
    edges: frozenset[tuple[float, bool]], high: float | None, *, whole: bool = False
) -> tuple[Step, ...]:
    if whole:
        edges = frozenset((int(n) + after, False) for n, after in edges)
    starts = sorted({(0.0, False), *((n, after) for n, after in edges if high is None or n <= high)})
    starts = [(n, after) for n, after in starts if not (after and n == high)]
    steps = []
    for (start, after), (end, closed) in zip(starts, [*starts[1:], (high, True)], strict=True):
        value = start if not after else (start + 1 if end is None else (start + end) / 2)
        steps.append(Step(_plain(value), start, end, after, closed and end is not None))
    return tuple(steps)


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _texts(ruleset: Ruleset) -> tuple[str, ...]:
    rules = [rule.condition.text for rule in ruleset.rules if rule.condition is not None]
    return (*rules, ruleset.monitored_when.text, ruleset.required.text)


def _counted(key: str, high: int | None, ruleset: Ruleset) -> tuple[Step, ...]:
    name = next(name for name, input_key in INPUT_KEYS.items() if input_key == key)
    return _between(_edges(name, _texts(ruleset)), high, whole=True)


def _age_steps(ruleset: Ruleset) -> tuple[Step, ...]:
    """Least risk is a grown-up's age; the rules rise from there, and young people come between."""
    steps = _between(_edges(_AGE, _texts(ruleset)), 130)
    least = next(step for step in steps if step.holds(_GROWN_UP))
    rest = [step for step in steps if step is not least]
    first = Step(_GROWN_UP, least.start, least.end, least.after, least.closed)
    return (
        first,
        *(step for step in rest if step.value < _GROWN_UP),
        *(step for step in rest if step.value > _GROWN_UP),
    )


def _vital_steps(sign: str, ruleset: Ruleset) -> tuple[Step, ...]:
    bands = ruleset.vital_bands[sign]
    steps = _between(_edges("reading", tuple(condition.text for _, condition in bands)), None)

    def band(step: Step) -> int:
        reading = {"reading": step.value}
        return next((number for number, condition in bands if condition.holds(reading)), 0)

    return tuple(sorted(steps, key=lambda step: (band(step), step.value)))
