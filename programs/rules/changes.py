"""What would change a detox result, answer by answer: every other answer is tried, and the rules run again.

For staff only: it explains a result, it never coaches anyone. An entry is exact for every value of its step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from programs.rules.detox import DETOX, decide_read, fired_ids, outcome_level
from programs.rules.facts import facts_of, inputs_behind
from programs.rules.inputs import Input, Step, answered, inputs_of, without_substance
from programs.rules.io import read_detox
from programs.rules.possible import Search
from programs.rules.ruleset import Rule, Ruleset

_DOSE = ("amount", "days_per_week", "duration_months")


@dataclass(frozen=True)
class AnswerChange:
    """The outcome if one answer were another: any value of `step`; None: the substance were not used."""

    key: str
    step: Step | None
    outcome: str
    level: int
    setting: str | None
    higher: bool


@dataclass(frozen=True)
class Dose:
    """The least and the greatest outcome level while one substance is used less or more, all else equal."""

    code: str
    low: int
    high: int


@dataclass(frozen=True)
class OpenRule:
    """A rule that does not fire and might, once the answers in `unknown` (input keys) are known."""

    id: str
    outcome: str
    statement: str
    source: str
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Reasons:
    """Everything that argues a detox result, beside the rules that fired.

    `certain`: ids of the rules that fire whatever the missing answers are. The others that fired rest on a
    stand-in for something unknown.
    """

    certain: tuple[str, ...]
    changes: tuple[AnswerChange, ...]
    doses: tuple[Dose, ...]
    open_rules: tuple[OpenRule, ...]

    def as_stored(self) -> dict[str, Any]:
        """Return the reasons as plain data, to be kept with a result."""
        return asdict(self)


def reasons_for(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> Reasons:
    """Return what argues the result of a picture; raises `programs.rules.io.BadInput`."""
    read = read_detox(picture)
    # A prescription that nobody spoke of counts as none: no rule rests on it or waits for it.
    told = [one for one in inputs_of(read, ruleset) if not one.key.endswith(".prescribed_stable")]
    unknown = [one for one in told if not one.known]
    search = Search(read, unknown, ruleset)
    fired = set(fired_ids(read, ruleset))
    return Reasons(
        certain=tuple(rule for rule in fired_ids(search.lowest, ruleset) if rule in fired),
        changes=answer_changes(read, ruleset),
        doses=doses(read, ruleset),
        open_rules=tuple(_open_rules(search.most(), unknown, fired, ruleset)),
    )


def answer_changes(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> tuple[AnswerChange, ...]:
    """Return, answer by answer, the nearest answer that lowers the outcome and the nearest that raises it.

    The picture must be read already. An answer that changes nothing has no entry.
    """
    base = outcome_level(picture, ruleset)
    found: list[AnswerChange] = []
    for one in inputs_of(picture, ruleset):
        tried = list(_tried(picture, one, ruleset))
        lower = [(step, level) for step, level in tried if level < base]
        higher = [(step, level) for step, level in tried if level > base]
        for step, _ in (*lower[-1:], *higher[:1]):
            found.append(_change(one.key, step, answered(picture, one.key, step.value), base, ruleset))
    for code in picture.get("substances") or {}:
        without = without_substance(picture, code)
        if outcome_level(without, ruleset) < base:
            found.append(_change(f"substances.{code}", None, without, base, ruleset))
    return tuple(found)


def _tried(picture: Mapping[str, Any], one: Input, ruleset: Ruleset) -> Iterator[tuple[Step, int]]:
    now = one.step
    for step in one.steps:
        if step is not now:
            yield step, outcome_level(answered(picture, one.key, step.value), ruleset)


def _change(
    key: str, step: Step | None, picture: Mapping[str, Any], base: int, ruleset: Ruleset
) -> AnswerChange:
    decision = decide_read(picture, ruleset)
    return AnswerChange(key, step, decision.outcome, decision.level, decision.setting, decision.level > base)


def doses(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> tuple[Dose, ...]:
    """Return how far the dose of each reported substance can move the outcome while it is used at all.

    Dose: amount, days a week and months together. The picture must be read already.
    """
    found = []
    for code in picture.get("substances") or {}:
        own = [
            one
            for one in inputs_of(picture, ruleset)
            if one.key in {f"substances.{code}.{field}" for field in _DOSE}
        ]
        if own:
            found.append(Dose(code, *(_at(picture, own, which, ruleset) for which in (0, -1))))
    return tuple(found)


def _at(picture: Mapping[str, Any], inputs: Sequence[Input], which: int, ruleset: Ruleset) -> int:
    for one in inputs:
        picture = answered(picture, one.key, one.steps[which].value)
    return outcome_level(picture, ruleset)


def _open_rules(
    most: Mapping[str, Any], unknown: Sequence[Input], fired: set[str], ruleset: Ruleset
) -> Iterator[OpenRule]:
    facts = facts_of(most, ruleset)
    missing = {one.key for one in unknown}
    for rule in ruleset.rules:
        if rule.condition is None or rule.id in fired or not rule.condition.holds(facts.terms):
            continue
        keys = inputs_behind(rule.condition.reads, facts, ruleset)
        yield _open(rule, tuple(sorted(one for one in missing if any(_about(one, key) for key in keys))))


def _about(unknown: str, key: str) -> bool:
    return unknown == key or unknown.startswith(f"{key}.") or key.startswith(f"{unknown}.")


def _open(rule: Rule, unknown: tuple[str, ...]) -> OpenRule:
    return OpenRule(rule.id, rule.outcome, rule.statement, rule.source, unknown)


def step_of(stored: Mapping[str, Any] | None) -> Step | None:
    """Return a step from what was kept with a result."""
    return Step(**stored) if stored else None
