"""Decide whether medical detox is needed: every rule is tested and the highest outcome counts.

Decision support only: a clinician confirms every result. The default is "clinician must review", so that no
path leads to "no detox needed" while a required answer is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from programs.rules.facts import Facts, facts_of, inputs_behind
from programs.rules.io import read_detox
from programs.rules.ruleset import MONITORED, Rule, Ruleset, load_ruleset
from programs.rules.terms import OUTCOMES

DETOX = load_ruleset()


@dataclass(frozen=True)
class FiredRule:
    """One rule that fired, with what to say about it and the answers (input keys) it read."""

    id: str
    outcome: str
    statement: str
    source: str
    messages: tuple[str, ...]
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class DetoxDecision:
    """The outcome (level 0 to 4), its reasons, what was missing, and the rule set that said so.

    `setting` is None unless the outcome is monitored or ambulatory withdrawal management. `missing` holds
    the input keys of required answers that are not known.
    """

    outcome: str
    level: int
    setting: str | None
    fired: tuple[FiredRule, ...]
    messages: tuple[str, ...]
    missing: tuple[str, ...]
    ruleset_id: str
    ruleset_sha256: str

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the ids of the rules that fired, in table order."""
        return tuple(rule.id for rule in self.fired)

    def as_output(self) -> dict[str, Any]:
        """Return the result as the document that `manage.py decide detox` prints."""
        output: dict[str, Any] = {"outcome": self.outcome, "level": self.level}
        output |= {"rules": list(self.rules), "messages": list(self.messages)}
        if self.setting is not None:
            output["setting"] = self.setting
        return output


@dataclass(frozen=True)
class DetoxCounterfactual:
    """What the outcome would be had one fired rule not fired, all else equal; `changes` compares outcomes."""

    rule: str
    outcome: str
    level: int
    setting: str | None
    changes: bool


def decide_detox(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> DetoxDecision:
    """Return the decision for a picture (keys as in `programs.rules.io`; absent and None mean not known).

    Raises `programs.rules.io.BadInput` when the picture isn't well-formed.
    """
    return decide_read(read_detox(picture), ruleset)


def decide_read(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> DetoxDecision:
    """Return the decision for a picture that `read_detox` has already read."""
    facts = facts_of(picture, ruleset)
    rules = _true_rules(facts, ruleset)
    outcome = _highest(rules)
    return DetoxDecision(
        outcome=outcome,
        level=OUTCOMES.index(outcome),
        setting=_setting(outcome, facts, ruleset),
        fired=tuple(_fired(rule, facts, ruleset) for rule in rules),
        messages=tuple(sorted({message for rule in rules for message in rule.messages})),
        missing=facts.missing,
        ruleset_id=ruleset.id,
        ruleset_sha256=ruleset.sha256,
    )


def outcome_level(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> int:
    """Return only the level of the outcome, 0 to 4, of a picture that was read already."""
    terms = facts_of(picture, ruleset).terms
    fired = (rule for rule in ruleset.rules if rule.condition is not None and rule.condition.holds(terms))
    return max((rule.level for rule in fired), default=ruleset.otherwise.level)


def fired_ids(picture: Mapping[str, Any], ruleset: Ruleset = DETOX) -> tuple[str, ...]:
    """Return only the ids of the rules that fire for a picture that was read already, in table order."""
    return tuple(rule.id for rule in _true_rules(facts_of(picture, ruleset), ruleset))


def detox_counterfactuals(
    picture: Mapping[str, Any], ruleset: Ruleset = DETOX
) -> tuple[DetoxCounterfactual, ...]:
    """Return, for each rule that fired, the outcome without it, in table order; for staff only.

    The rule for "no other rule fires" has none. While a required answer is missing the outcome without a
    rule is never less than review.
    """
    facts = facts_of(read_detox(picture), ruleset)
    rules = _true_rules(facts, ruleset)
    actual = _highest(rules)
    found = []
    for left_out in rules:
        if left_out.condition is None:
            continue
        rest = [rule for rule in rules if rule is not left_out] or [ruleset.otherwise]
        outcome = OUTCOMES[max(OUTCOMES.index(_highest(rest)), 1 if facts.missing else 0)]
        found.append(
            DetoxCounterfactual(
                rule=left_out.id,
                outcome=outcome,
                level=OUTCOMES.index(outcome),
                setting=_setting(outcome, facts, ruleset),
                changes=outcome != actual,
            )
        )
    return tuple(found)


def _true_rules(facts: Facts, ruleset: Ruleset) -> list[Rule]:
    terms = facts.terms
    fired = [rule for rule in ruleset.rules if rule.condition is not None and rule.condition.holds(terms)]
    return fired or [ruleset.otherwise]


def _highest(rules: list[Rule]) -> str:
    return OUTCOMES[max(rule.level for rule in rules)]


def _setting(outcome: str, facts: Facts, ruleset: Ruleset) -> str | None:
    if outcome != MONITORED:
        return None
    return ruleset.monitored if ruleset.monitored_when.holds(facts.terms) else ruleset.unmonitored


def _fired(rule: Rule, facts: Facts, ruleset: Ruleset) -> FiredRule:
    reads = rule.condition.reads if rule.condition is not None else ()
    return FiredRule(
        id=rule.id,
        outcome=rule.outcome,
        statement=rule.statement,
        source=rule.source,
        messages=rule.messages,
        inputs=inputs_behind(reads, facts, ruleset),
    )
