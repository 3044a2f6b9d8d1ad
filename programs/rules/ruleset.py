"""The detox-need rule set as data: load a file, compile its conditions, refuse one that isn't whole.

A rule set is the rule file and the table of substances together; its fingerprint covers both, so that a
stored result names exactly the numbers it was made with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from programs.rules.expression import Condition, Flag, Kind, Many, Number, Quantity, Table, Vocabulary, Word
from programs.rules.files import DATA, Node, RulesetError, fingerprint, read_rule_file
from programs.rules.terms import (
    CONDITIONS,
    MESSAGES,
    OUTCOMES,
    RED_FLAGS,
    SUICIDALITY,
    TRI_STATE,
    VITAL_SIGNS,
)

MONITORED = "needs_monitored_or_ambulatory_wm"
OTHERWISE = "no other rule fires"
_TRI = Word(frozenset(TRI_STATE))
_USE = {"amount": Number(), "days_per_week": Number(), "duration_months": Number()}


@dataclass(frozen=True)
class Band:
    """The least amount, days a week and months that make a use level."""

    level: int
    amount: float
    days: float
    months: float


@dataclass(frozen=True)
class Substance:
    """One row of the substance table; `none_when` is the use that counts as level 0."""

    code: str
    group: str
    window_h: float
    unit: str
    bands: tuple[Band, ...]
    unknown_as: tuple[float, float, float]
    none_when: Condition | None
    source: str

    @property
    def uses_amount(self) -> bool:
        """Say whether the amount matters: at least one band asks for more than none."""
        return any(band.amount > 0 for band in self.bands)


@dataclass(frozen=True)
class Rule:
    """One rule; `condition` is None for the rule that stands when no other fires."""

    id: str
    outcome: str
    condition: Condition | None
    statement: str
    source: str
    messages: tuple[str, ...]
    conflicts: tuple[str, ...] = ()

    @property
    def level(self) -> int:
        """Return the position of the outcome, 0 to 4."""
        return OUTCOMES.index(self.outcome)


@dataclass(frozen=True)
class Ruleset:
    """A whole, compiled rule set."""

    id: str
    sha256: str
    substances: Mapping[str, Substance]
    ignored: frozenset[str]
    unrecognised_as: str
    vital_bands: Mapping[str, tuple[tuple[int, Condition], ...]]
    sedative: tuple[str, ...]
    dependence: tuple[str, ...]
    never_counted_together: frozenset[str]
    dependence_level: int
    definitions: Mapping[str, Quantity]
    required: Condition
    monitored_when: Condition
    monitored: str
    unmonitored: str
    rules: tuple[Rule, ...]
    otherwise: Rule
    lineage: Mapping[str, str]
    sign_off: str

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the substance classes in table order."""
        return tuple(dict.fromkeys(substance.group for substance in self.substances.values()))


def load_ruleset(path: Path = DATA / "detox.json", substances: Path = DATA / "substances.json") -> Ruleset:
    """Return the rule set of these files; raise `RulesetError` with place and reason when it isn't whole."""
    table = read_rule_file(substances, "clearway-substances/1")
    rows = _substances(table)
    file = read_rule_file(path, "clearway-detox-rules/1").keys(
        (
            *("format", "id", "order", "red_flags", "medical", "vital_bands", "class_groups"),
            *("dependence_level", "definitions", "required_answer_missing", "setting", "rules"),
            *("lineage", "sign_off"),
        ),
        ("notation",),
    )
    _check_lists(file)
    terms = _terms(rows)
    definitions = {}
    for name, node in file["definitions"].entries():
        if name in terms or not name.isidentifier():
            raise node.error("this name is taken")
        definitions[name] = node.quantity(terms)
        terms[name] = Number()
    required = file["required_answer_missing"].condition(terms)
    terms["required_answer_missing"] = Flag()
    setting = file["setting"].keys(("only_when_outcome", "24h_monitored_if", "otherwise"))
    setting["only_when_outcome"].word((MONITORED,))
    groups = {row.group for row in rows.values()}
    shares = file["class_groups"].keys(("sedative", "dependence", "never_counted_together"))
    rules, otherwise = _rules(file["rules"], terms)
    return Ruleset(
        id=file["id"].text(),
        sha256=fingerprint(file, table),
        substances=rows,
        ignored=frozenset(table["ignored"].words()),
        unrecognised_as=table["unrecognised_as"].word(rows),
        vital_bands=_vital_bands(file["vital_bands"]),
        sedative=_classes(shares["sedative"], groups),
        dependence=_classes(shares["dependence"], groups),
        never_counted_together=frozenset(_classes(shares["never_counted_together"], groups)),
        dependence_level=file["dependence_level"].whole(1, 4),
        definitions=definitions,
        required=required,
        monitored_when=setting["24h_monitored_if"].condition(terms),
        monitored="24h_monitored",
        unmonitored=setting["otherwise"].text(),
        rules=rules,
        otherwise=otherwise,
        lineage=file.lineage(),
        sign_off=file.sign_off(),
    )


def _check_lists(file: Node) -> None:
    for key, known in (("order", OUTCOMES), ("red_flags", RED_FLAGS), ("medical", CONDITIONS)):
        if file[key].words() != known:
            raise file[key].error("must be the list that the input format knows, in its order")


def _substances(table: Node) -> dict[str, Substance]:
    table.keys(("format", "id", "ignored", "unrecognised_as", "substances", "sign_off"), ("notation",))
    rows = {}
    for code, node in table["substances"].entries():
        node.keys(("class", "window_h", "unit", "lineage", "bands", "unknown_as"), ("level_0_when",))
        unknown = node["unknown_as"].keys(tuple(_USE))
        rows[code] = Substance(
            code=code,
            group=node["class"].text(),
            window_h=node["window_h"].number(),
            unit=node["unit"].text(),
            bands=tuple(sorted((_band(band) for band in node["bands"].each()), key=lambda band: -band.level)),
            unknown_as=tuple(unknown[key].number() for key in _USE),  # type: ignore[arg-type]
            none_when=node["level_0_when"].condition(_USE) if "level_0_when" in node else None,
            source=node["lineage"].text(),
        )
    return rows


def _band(node: Node) -> Band:
    node.keys(("level", "amount_min", "days_per_week_min", "duration_months_min"))
    return Band(
        level=node["level"].whole(2, 4),
        amount=node["amount_min"].number(),
        days=node["days_per_week_min"].number(),
        months=node["duration_months_min"].number(),
    )


def _classes(node: Node, groups: set[str]) -> tuple[str, ...]:
    for name in node.each():
        name.word(groups)
    return node.words()


def _vital_bands(node: Node) -> dict[str, tuple[tuple[int, Condition], ...]]:
    bands = {}
    for sign, listed in node.keys(VITAL_SIGNS).entries():
        found = [
            (
                band.keys(("band", "condition"))["band"].whole(1, 4),
                band["condition"].condition({"reading": Number()}),
            )
            for band in listed.each()
        ]
        bands[sign] = tuple(sorted(found, key=lambda pair: -pair[0]))
    return bands


def _terms(rows: Mapping[str, Substance]) -> dict[str, Kind]:
    """Return the names that a condition may use before the file adds its own definitions."""
    codes, classes = tuple(rows), tuple(dict.fromkeys(row.group for row in rows.values()))
    terms: dict[str, Kind] = dict.fromkeys(
        ("preg", "hx", "hxo", "jaun", "uds", "ddi", "adulterant", "home"), _TRI
    )
    terms |= {"sui": Word(frozenset(SUICIDALITY))}
    terms |= dict.fromkeys(("age", "cows", "ciwa", "pawss"), Number(known=False))
    terms |= dict.fromkeys(("ciwa_per", "ciwa_ori", "nwm", "medmax", "vit", "sed2"), Number())
    terms |= dict.fromkeys(("list_complete", "vit_missing", "unclear_use"), Flag())
    terms |= dict.fromkeys(("dep", "ndep", "any2"), Many())
    terms |= {"red": Table(RED_FLAGS, _TRI), "med": Table(CONDITIONS, Number())}
    terms |= {"lvl": Table(codes, Number()), "C": Table(classes, Number()), "N": Table(classes, Number())}
    return terms


def _rules(listed: Node, terms: Vocabulary) -> tuple[tuple[Rule, ...], Rule]:
    rules, otherwise, seen = [], None, set()
    for node in listed.each():
        node.keys(("id", "outcome", "condition", "statement", "source", "messages"), ("conflicts",))
        rule = _rule(node, terms)
        if rule.id in seen:
            raise node["id"].error("is used twice")
        seen.add(rule.id)
        if otherwise is not None:
            raise node.error("no rule may follow the one for when no other fires")
        if rule.condition is None:
            otherwise = rule
        else:
            rules.append(rule)
    if otherwise is None or otherwise.outcome != OUTCOMES[0]:
        raise listed.error(f"the last rule must be {OTHERWISE!r} with outcome {OUTCOMES[0]!r}")
    if not any(rule.condition and rule.condition.text == "required_answer_missing" for rule in rules):
        raise listed.error("one rule must have the condition 'required_answer_missing'")
    return tuple(rules), otherwise


def _rule(node: Node, terms: Vocabulary) -> Rule:
    for message in node["messages"].each():
        message.word(MESSAGES)
    last = node["condition"].text() == OTHERWISE
    outcome = node["outcome"].word(OUTCOMES if last else OUTCOMES[1:])
    return Rule(
        id=node["id"].text(),
        outcome=outcome,
        condition=None if last else node["condition"].condition(terms),
        statement=node["statement"].text(),
        source=node["source"].text(),
        messages=node["messages"].words(),
        conflicts=node.sentences("conflicts"),
    )


__all__ = ["Rule", "Ruleset", "RulesetError", "Substance", "load_ruleset"]
