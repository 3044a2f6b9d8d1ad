"""Recommend a level of care from five rated factors: what is safe at least, what is preferred, and why.

F1 to F4 (dependence, other conditions, earlier treatment, home) only push up; F5 (feasibility) moves the
result inside the safe range and is always shown. Decision support only: a clinician decides. The level
numbers are labels; no published validation exists for these rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs.rules.expression import Condition, Flag, Kind, Number, Word
from programs.rules.files import DATA, Node, RulesetError, fingerprint, read_rule_file
from programs.rules.io import read_level
from programs.rules.ruleset import MONITORED
from programs.rules.terms import FACTORS, OUTCOMES, SEVERITY

INPATIENT = "needs_medically_managed_inpatient"
EMERGENCY = "emergency_now"
REVIEW = "clinician_must_review"
_COUNTED = FACTORS[:4]
_FEASIBILITY = FACTORS[4]
_RATINGS = range(5)
_PLAN_FROM = 3
_REFER_OUT_FROM = 6


@dataclass(frozen=True)
class LevelRule:
    """One rule; `minimum` and `preferred` are positions on the ladder."""

    id: str
    condition: Condition
    minimum: int
    preferred: int
    statement: str
    source: str
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class LevelRuleset:
    """A whole, compiled level-of-care rule set."""

    id: str
    sha256: str
    ladder: tuple[str, ...]
    settings: tuple[str, ...]
    detox_lift: Mapping[str, int]
    missing_value: int
    elevated_from: int
    feasible_up_to: int
    clear: Condition
    rules: tuple[LevelRule, ...]
    lineage: Mapping[str, str]
    sign_off: str


@dataclass(frozen=True)
class FiredLevelRule:
    """One rule that fired, its levels as ladder labels, and the input keys it read."""

    id: str
    minimum: str
    preferred: str
    statement: str
    source: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class LevelCounterfactual:
    """The nearest other rating of one factor that changes the recommended level, and to which level."""

    factor: str
    from_rating: int
    to_rating: int
    level: str

    def as_output(self) -> dict[str, Any]:
        """Return the entry as the command prints it."""
        return {
            "factor": self.factor,
            "from": self.from_rating,
            "to": self.to_rating,
            "level": self.level,
        }


@dataclass(frozen=True)
class LevelDecision:
    """The three levels (ladder labels), the reasons, what would change them, and the rule set that said so.

    `effective` holds the five ratings after substitution of missing ones and the lift by the detox outcome.
    """

    recommended: str
    minimum_safe: str
    preferred: str
    setting: str
    fired: tuple[FiredLevelRule, ...]
    flags: tuple[str, ...]
    missing: tuple[str, ...]
    effective: Mapping[str, int]
    counterfactuals: tuple[LevelCounterfactual, ...]
    after_stabilisation: str | None
    ruleset_id: str
    ruleset_sha256: str

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the ids of the rules that fired, in table order."""
        return tuple(rule.id for rule in self.fired)

    def as_output(self) -> dict[str, Any]:
        """Return the result as the document that `manage.py decide loc` prints."""
        output: dict[str, Any] = {
            "recommended": self.recommended,
            "minimum_safe": self.minimum_safe,
            "preferred": self.preferred,
            "setting": self.setting,
            "rules": list(self.rules),
            "flags": list(self.flags),
            "counterfactuals": [found.as_output() for found in self.counterfactuals],
        }
        if self.after_stabilisation is not None:
            output["after_stabilisation"] = self.after_stabilisation
        return output


@dataclass(frozen=True)
class Placement:
    """Where ratings land: positions on the ladder, the rules that put them there, the effective ratings."""

    effective: Mapping[str, int]
    fired: tuple[LevelRule, ...]
    minimum: int
    preferred: int
    recommended: int


def load_level_ruleset(path: Path = DATA / "level_of_care.json") -> LevelRuleset:
    """Return the rule set of this file; raise `RulesetError` with place and reason when it isn't whole."""
    file = read_rule_file(path, "clearway-level-of-care-rules/1").keys(
        (
            *("format", "id", "ladder", "settings", "detox_lift", "missing_factor_value"),
            *("elevated_from", "feasible_up_to", "clear", "rules", "lineage", "sign_off"),
        ),
        ("notation",),
    )
    ladder = file["ladder"].words()
    settings = tuple(node.text() for node in file["settings"].each())
    if len(settings) != len(ladder):
        raise file["settings"].error("must have one setting for each level")
    terms: dict[str, Kind] = {
        **dict.fromkeys(FACTORS, Number()),
        "sud": Word(frozenset(SEVERITY)),
        "remission_months": Number(),
    }
    clear = file["clear"].condition(terms)
    terms |= {"clear": Flag(), "count2": Number(), "total14": Number()}
    return LevelRuleset(
        id=file["id"].text(),
        sha256=fingerprint(file),
        ladder=ladder,
        settings=settings,
        detox_lift={key: node.whole(0, 4) for key, node in file["detox_lift"].keys(OUTCOMES).entries()},
        missing_value=file["missing_factor_value"].whole(0, 4),
        elevated_from=file["elevated_from"].whole(1, 4),
        feasible_up_to=file["feasible_up_to"].whole(0, 4),
        clear=clear,
        rules=_rules(file["rules"], ladder, terms),
        lineage=file.lineage(),
        sign_off=file.sign_off(),
    )


def _rules(listed: Node, ladder: tuple[str, ...], terms: Mapping[str, Kind]) -> tuple[LevelRule, ...]:
    rules = []
    for node in listed.each():
        node.keys(("id", "condition", "minimum", "preferred", "statement", "source"), ("conflicts",))
        rules.append(
            LevelRule(
                id=node["id"].text(),
                condition=node["condition"].condition(terms),
                minimum=ladder.index(node["minimum"].word(ladder)),
                preferred=ladder.index(node["preferred"].word(ladder)),
                statement=node["statement"].text(),
                source=node["source"].text(),
                conflicts=node.sentences("conflicts"),
            )
        )
    if len({rule.id for rule in rules}) != len(rules):
        raise listed.error("an id is used twice")
    texts = {rule.condition.text for rule in rules}
    if not {"clear = true", "clear = false"} <= texts:
        raise listed.error("rules for 'clear = true' and 'clear = false' must both be there")
    return tuple(rules)


LEVEL_OF_CARE = load_level_ruleset()


def decide_level(given: Mapping[str, Any], ruleset: LevelRuleset = LEVEL_OF_CARE) -> LevelDecision:
    """Return the decision for F1 to F5, `sud`, `detox` and `remission_months` (absent and None: not known).

    Raises `programs.rules.io.BadInput` when the input isn't well-formed.
    """
    return decide_level_read(read_level(given), ruleset)


def decide_level_read(given: Mapping[str, Any], ruleset: LevelRuleset = LEVEL_OF_CARE) -> LevelDecision:
    """Return the decision for an input that `read_level` has already read."""
    placed = place(given, ruleset)
    missing = tuple(factor for factor in FACTORS if factor not in given)
    label = ruleset.ladder
    return LevelDecision(
        recommended=label[placed.recommended],
        minimum_safe=label[placed.minimum],
        preferred=label[placed.preferred],
        setting=ruleset.settings[placed.recommended],
        fired=tuple(_fired(rule, ruleset) for rule in placed.fired),
        flags=_flags(given, placed, missing, ruleset),
        missing=missing,
        effective=placed.effective,
        counterfactuals=_counterfactuals(given, placed, ruleset),
        after_stabilisation=_after_stabilisation(given, ruleset),
        ruleset_id=ruleset.id,
        ruleset_sha256=ruleset.sha256,
    )


def _lift(given: Mapping[str, Any], ruleset: LevelRuleset) -> int:
    return ruleset.detox_lift.get(given.get("detox", ""), 0)


def place(given: Mapping[str, Any], ruleset: LevelRuleset = LEVEL_OF_CARE) -> Placement:
    """Return where an input that `read_level` has read lands on the ladder, without flags or what-ifs."""
    effective: dict[str, int] = {factor: given.get(factor, ruleset.missing_value) for factor in FACTORS}
    effective["F1"] = max(effective["F1"], _lift(given, ruleset))
    terms: dict[str, Any] = dict(effective)
    terms["sud"] = given.get("sud", "unknown")
    terms["remission_months"] = given.get("remission_months", 0)
    terms["clear"] = ruleset.clear.holds(terms)
    counted = [effective[factor] for factor in _COUNTED]
    terms["count2"] = sum(rating >= ruleset.elevated_from for rating in counted)
    terms["total14"] = sum(counted)
    fired = tuple(rule for rule in ruleset.rules if rule.condition.holds(terms))
    minimum = max(rule.minimum for rule in fired)
    preferred = max(minimum, *(rule.preferred for rule in fired))
    feasible = effective[_FEASIBILITY] <= ruleset.feasible_up_to
    return Placement(effective, fired, minimum, preferred, preferred if feasible else minimum)


def _flags(
    given: Mapping[str, Any], placed: Placement, missing: tuple[str, ...], ruleset: LevelRuleset
) -> tuple[str, ...]:
    detox = given.get("detox")
    hard = placed.effective[_FEASIBILITY] > ruleset.feasible_up_to
    raised = (
        (f"CLINICIAN_REVIEW_MISSING:{','.join(missing)}", bool(missing)),
        ("SUD_SEVERITY_UNKNOWN", given.get("sud", "unknown") == "unknown"),
        ("STABILISE_FIRST", detox in (MONITORED, INPATIENT, EMERGENCY)),
        ("DETOX_REVIEW_OPEN", detox == REVIEW),
        ("F5_LOWERED_WITHIN_SAFE_RANGE", hard and placed.preferred > placed.minimum),
        ("COMMITMENT_PLAN_NEEDED", hard and placed.recommended >= _PLAN_FROM),
        ("REFER_OUT_HOSPITAL_LEVEL", placed.recommended >= _REFER_OUT_FROM),
    )
    return tuple(name for name, stands in raised if stands)


def _counterfactuals(
    given: Mapping[str, Any], placed: Placement, ruleset: LevelRuleset
) -> tuple[LevelCounterfactual, ...]:
    """Return, factor by factor, the nearest rating that lowers the result and the nearest that raises it."""
    found = []
    for factor in FACTORS:
        current = placed.effective[factor]
        lowest = _lift(given, ruleset) if factor == "F1" else 0
        others = [rating for rating in _RATINGS if rating != current and rating >= lowest]
        others.sort(key=lambda rating: (abs(rating - current), rating))
        levels = [(rating, place({**given, factor: rating}, ruleset).recommended) for rating in others]
        down = next((pair for pair in levels if pair[1] < placed.recommended), None)
        up = next((pair for pair in levels if pair[1] > placed.recommended), None)
        found += [
            LevelCounterfactual(factor, current, rating, ruleset.ladder[level])
            for rating, level in filter(None, (down, up))
        ]
    return tuple(found)


def _after_stabilisation(given: Mapping[str, Any], ruleset: LevelRuleset) -> str | None:
    """Return the planned entry level after withdrawal has been managed elsewhere, where that applies."""
    needed = given.get("detox") in (MONITORED, INPATIENT)
    if not needed and given.get("F1", 0) < ruleset.elevated_from:
        return None
    later = {key: value for key, value in given.items() if key != "detox"}
    later["F1"] = min(given.get("F1", 1), 1)
    return ruleset.ladder[place(later, ruleset).recommended]


def _fired(rule: LevelRule, ruleset: LevelRuleset) -> FiredLevelRule:
    inputs: dict[str, None] = {}
    for name, _ in rule.condition.reads:
        if name == "clear":
            inputs |= dict.fromkeys(inner for inner, _ in ruleset.clear.reads)
        elif name in ("count2", "total14"):
            inputs |= dict.fromkeys(_COUNTED)
        else:
            inputs[name] = None
    return FiredLevelRule(
        id=rule.id,
        minimum=ruleset.ladder[rule.minimum],
        preferred=ruleset.ladder[rule.preferred],
        statement=rule.statement,
        source=rule.source,
        inputs=tuple(inputs),
    )


__all__ = ["LEVEL_OF_CARE", "LevelDecision", "RulesetError", "decide_level", "load_level_ruleset"]
