"""Every rule of the system as an entry for people: what it says, on what ground, and who disagrees."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.questions import SAFETY
from intake.rules.medicines import LIST
from programs.display import OUTCOME_WORDS
from programs.rules.detox import DETOX
from programs.rules.level_of_care import LEVEL_OF_CARE
from programs.rules.ruleset import Substance
from programs.rules.terms import OUTCOMES
from programs.rules.timeline import TIMELINE, Group

SEEDS = {"000": "seeds/000_7f26ae8b9e1e28f1.txt", "003": "seeds/003_6413cf4bbc8f0f0c.txt"}
_MENTION = re.compile(r"seed (000|003) lines? ([\d, toand]*\d)")


@dataclass(frozen=True)
class Entry:
    """One rule or row of a table. `places`: file and line of each source document that it names."""

    id: str
    statement: str
    condition: str
    says: str
    source: str
    conflicts: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Return the lines of the source documents behind the entry, as file:line."""
        return places_of(self.source)


@dataclass(frozen=True)
class Part:
    """One file of rules: its entries, and who signed its numbers ("" while nobody has)."""

    key: str
    title: str
    version: str
    sha256: str
    entries: tuple[Entry, ...]
    sign_off: str
    note: str = ""


def places_of(source: str) -> tuple[str, ...]:
    """Return file:line for every line of a source document that a text names; ranges stay ranges."""
    found = []
    for seed, lines in _MENTION.findall(source):
        for part in re.split(r",| and ", lines):
            found.append(f"{SEEDS[seed]}:{part.strip().replace(' to ', '-')}")
    return tuple(dict.fromkeys(found))


def register() -> tuple[Part, ...]:
    """Return every part, in the order in which the rules are used."""
    return (
        Part("detox", "Need for medical detox", DETOX.id, DETOX.sha256, tuple(_detox()), DETOX.sign_off),
        Part(
            "substances", "Use levels of substances", DETOX.id, DETOX.sha256, tuple(_uses()), DETOX.sign_off
        ),
        Part(
            "level",
            "Level of care",
            LEVEL_OF_CARE.id,
            LEVEL_OF_CARE.sha256,
            tuple(_levels()),
            LEVEL_OF_CARE.sign_off,
            "No published validation exists for these rules. The numbers of levels are labels only.",
        ),
        Part(
            "timeline",
            "Course of kratom withdrawal",
            TIMELINE.id,
            TIMELINE.sha256,
            tuple(_groups()),
            TIMELINE.sign_off,
            "A drawing aid. No rule reads it.",
        ),
        Part(
            "medicines",
            "Medicines together with kratom",
            LIST.id,
            "",
            tuple(_medicines()),
            LIST.sign_off,
            "A name that is not here is never “no interaction”: it goes to a clinician.",
        ),
        Part(
            "safety",
            "Questions of the safety check",
            DETOX.id,
            DETOX.sha256,
            tuple(_safety()),
            DETOX.sign_off,
            "A yes stops everything else, and someone writes down what was done.",
        ),
    )


def _detox() -> Iterator[Entry]:
    for rule in (*DETOX.rules, DETOX.otherwise):
        condition = rule.condition.text if rule.condition else "no other rule fires"
        words = OUTCOME_WORDS[rule.outcome]
        yield Entry(rule.id, rule.statement, condition, words, rule.source, rule.conflicts)
    texts = {
        "required_answer_missing": ("An answer that must be known", DETOX.required.text),
        "setting": ("Detox is watched day and night", DETOX.monitored_when.text),
        "dependence_level": ("Use level that counts as dependence", f"level ≥ {DETOX.dependence_level}"),
    }
    for key, (statement, condition) in texts.items():
        yield Entry(key, statement, condition, "", DETOX.lineage[key])
    for sign, bands in DETOX.vital_bands.items():
        condition = "; ".join(f"band {band}: {test.text}" for band, test in bands)
        yield Entry(f"vitals.{sign}", f"Vital sign: {sign}", condition, "", DETOX.lineage["vital_bands"])


def _uses() -> Iterator[Entry]:
    for row in DETOX.substances.values():
        yield Entry(row.code, row.code.replace("_", " ").capitalize(), _bands(row), row.unit, row.source)


def _bands(row: Substance) -> str:
    levels = [
        f"level {band.level}: amount ≥ {band.amount:g}, days a week ≥ {band.days:g}, months ≥ {band.months:g}"
        for band in sorted(row.bands, key=lambda band: band.level)
    ]
    unknown = ", ".join(f"{value:g}" for value in row.unknown_as)
    none = [f"level 0: {row.none_when.text}"] if row.none_when else []
    rest = [f"unknown counts as ({unknown})", f"counts for {row.window_h:g} hours after the last use"]
    return "; ".join([*none, *(levels or ["any use: level 1"]), *rest])


def _levels() -> Iterator[Entry]:
    ladder = LEVEL_OF_CARE.ladder
    for rule in LEVEL_OF_CARE.rules:
        says = f"At least {ladder[rule.minimum]}, preferred {ladder[rule.preferred]}"
        yield Entry(rule.id, rule.statement, rule.condition.text, says, rule.source, rule.conflicts)
    values = {
        "missing_factor_value": ("A factor that nobody rated", f"counts as {LEVEL_OF_CARE.missing_value}"),
        "detox_lift": (
            "The detox outcome lifts physical dependence",
            ", ".join(f"{OUTCOME_WORDS[key]}: {lift}" for key, lift in LEVEL_OF_CARE.detox_lift.items()),
        ),
        "feasible_up_to": ("The preferred level is feasible", f"F5 ≤ {LEVEL_OF_CARE.feasible_up_to}"),
    }
    for key, (statement, condition) in values.items():
        yield Entry(key, statement, condition, "", LEVEL_OF_CARE.lineage[key])


def _groups() -> Iterator[Entry]:
    for group in TIMELINE.groups.values():
        lines = [
            f"{line.product}: {line.when.text if line.when else 'anything else'}"
            for line in TIMELINE.assignments
            if line.group is group
        ]
        says = f"Evidence: {group.evidence}"
        yield Entry(group.id, _course(group), "; ".join(lines), says, group.source, TIMELINE.conflicts)


def _medicines() -> Iterator[Entry]:
    for one in LIST.medicines.values():
        says = f"{one.severity.capitalize()}, evidence {one.evidence}: {one.evidence_words}"
        yield Entry(f"medicine.{one.name}", one.name.capitalize(), "", says, f"{one.why}; {LIST.source}")


def _safety() -> Iterator[Entry]:
    """Each question with the rules that read its answer; they hold its source."""
    for question in SAFETY.questions:
        key = question.rule_key.removeprefix("red_flags.")
        asked = ("red", key) if question.rule_key else ("sui", None)
        rules = [
            rule
            for rule in DETOX.rules
            if rule.outcome == OUTCOMES[-1] and rule.condition and asked in rule.condition.reads
        ]
        says = f"Yes: {', '.join(rule.id for rule in rules)}"
        source = "; ".join(rule.source for rule in rules)
        yield Entry(f"safety.{question.name}", question.label, "", says, source)


def _course(group: Group) -> str:
    spans = (("Onset", group.onset), ("peak", group.peak), ("acute phase to", group.acute_end))
    parts = [f"{name} {low:g} to {high:g} h" for name, (low, high) in spans]
    return ", ".join([*parts, f"rest to {group.residual_end:g} h"])
