import json
import re

import pytest

from programs.rules.detox import DETOX, decide_detox
from programs.rules.files import DATA, RulesetError
from programs.rules.level_of_care import LEVEL_OF_CARE, load_level_ruleset
from programs.rules.ruleset import load_ruleset
from programs.rules.timeline import load_timeline
from tests.rules.cases import clear

LEAF = {"amount": 12, "days_per_week": 7, "duration_months": 6, "hours_since_last": 24}


def altered(tmp_path, name, change):
    document = json.loads((DATA / name).read_text(encoding="utf-8"))
    change(document)
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_the_rule_sets_are_whole():
    assert len(DETOX.rules) + 1 == 73
    assert len(LEVEL_OF_CARE.rules) == 23
    assert len(DETOX.substances) == 21


@pytest.mark.parametrize(
    "rule", [*DETOX.rules, DETOX.otherwise, *LEVEL_OF_CARE.rules], ids=lambda rule: rule.id
)
def test_every_rule_has_an_id_a_statement_and_a_source(rule):
    assert re.fullmatch(r"[EIMRNL]-\d\d", rule.id)
    assert rule.statement.strip()
    assert rule.source.strip()


@pytest.mark.parametrize(
    "rule", [*DETOX.rules, DETOX.otherwise, *LEVEL_OF_CARE.rules], ids=lambda rule: rule.id
)
def test_a_source_document_is_named_with_its_line(rule):
    for mention in re.finditer(r"seed (\S+) (\S+)", rule.source):
        assert mention.group(1) in ("000", "003")
        assert mention.group(2) in ("line", "lines")


def test_the_letter_of_a_rule_is_its_outcome():
    letters = {
        "E": "emergency_now",
        "I": "needs_medically_managed_inpatient",
        "M": "needs_monitored_or_ambulatory_wm",
        "R": "clinician_must_review",
        "N": "no_detox_needed",
    }
    assert all(rule.outcome == letters[rule.id[0]] for rule in [*DETOX.rules, DETOX.otherwise])


def test_an_altered_threshold_decides_otherwise(tmp_path):
    picture = clear(substances={"kratom_leaf": LEAF}, cows=2)

    def lower(document):
        document["substances"]["kratom_leaf"]["bands"][1]["amount_min"] = 12

    strict = load_ruleset(substances=altered(tmp_path, "substances.json", lower))
    assert decide_detox(picture).rules == ("R-02",)
    assert decide_detox(picture, strict).rules == ("M-01", "R-02")
    assert decide_detox(picture, strict).ruleset_sha256 == strict.sha256 != DETOX.sha256


def test_an_altered_condition_decides_otherwise(tmp_path):
    def lower(document):
        rule = next(rule for rule in document["rules"] if rule["id"] == "M-05")
        rule["condition"] = "cows ≥ 8"

    strict = load_ruleset(altered(tmp_path, "detox.json", lower))
    assert decide_detox(clear(cows=9)).outcome == "clinician_must_review"
    assert decide_detox(clear(cows=9), strict).outcome == "needs_monitored_or_ambulatory_wm"


def test_the_fingerprint_is_of_the_facts_and_not_of_the_layout(tmp_path):
    same = load_ruleset(altered(tmp_path, "detox.json", lambda document: None))
    assert same.sha256 == DETOX.sha256
    assert re.fullmatch(r"[0-9a-f]{64}", same.sha256)

    def reword(document):
        document["rules"][0]["statement"] += "."

    assert load_ruleset(altered(tmp_path, "detox.json", reword)).sha256 != DETOX.sha256


def _without(*path):
    def change(document):
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def _with(value, *path):
    def change(document):
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("detox.json", _without("rules", 0, "source"), "rules[0]: 'source' is missing"),
        ("detox.json", _with("", "rules", 0, "source"), "rules[0].source"),
        ("detox.json", _with(" ", "rules", 0, "statement"), "rules[0].statement"),
        ("detox.json", _with("sui = actve_now", "rules", 4, "condition"), "never 'actve_now'"),
        ("detox.json", _with("cows >= 3", "rules", 4, "condition"), "rules[4].condition"),
        ("detox.json", _with("fine", "rules", 4, "outcome"), "rules[4].outcome"),
        ("detox.json", _with("no_detox_needed", "rules", 4, "outcome"), "rules[4].outcome"),
        ("detox.json", _with(["999"], "rules", 4, "messages"), "rules[4].messages[0]"),
        ("detox.json", _with("E-01", "rules", 4, "id"), "used twice"),
        ("detox.json", _with("x", "rules", 4, "colour"), "unknown key 'colour'"),
        ("detox.json", _without("rules", -1), "the last rule must be"),
        ("detox.json", _with("no other rule fires", "rules", 4, "condition"), "no rule may follow"),
        ("detox.json", _with("age = null", "rules", 46, "condition"), "required_answer_missing"),
        ("detox.json", _with(["liver"], "medical"), "medical"),
        ("detox.json", _with("clearway-detox-rules/2", "format"), "format"),
        ("detox.json", _with("max(C(alcohol), 0)", "definitions", "vit"), "taken"),
        ("detox.json", _with(5, "dependence_level"), "dependence_level"),
        ("detox.json", _without("vital_bands", "hr"), "'hr' is missing"),
        ("detox.json", _with("pulse > 3", "vital_bands", "hr", 0, "condition"), "unknown name 'pulse'"),
        ("substances.json", _with(-1, "substances", "alcohol", "window_h"), "alcohol.window_h"),
        ("substances.json", _with("7", "substances", "alcohol", "window_h"), "alcohol.window_h"),
        ("substances.json", _with(True, "substances", "alcohol", "window_h"), "alcohol.window_h"),
        (
            "substances.json",
            _with("days < 4", "substances", "cannabis", "level_0_when"),
            "unknown name 'days'",
        ),
        ("substances.json", _without("substances", "alcohol"), "has no 'alcohol'"),
        ("level_of_care.json", _with("F6 ≥ 1", "rules", 3, "condition"), "unknown name 'F6'"),
        ("level_of_care.json", _with("9", "rules", 3, "minimum"), "rules[3].minimum"),
        ("level_of_care.json", _without("rules", 1), "clear = false"),
        ("level_of_care.json", _without("rules", 3, "source"), "'source' is missing"),
        ("timeline.json", _with([9, 3], "groups", "T1_leaf_low", "peak"), "T1_leaf_low.peak"),
        ("timeline.json", _with([1, 3], "groups", "T1_leaf_low", "peak"), "follow each other"),
        ("timeline.json", _with("T9", "assign", 0, "group"), "assign[0].group"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_its_place(tmp_path, name, change, complaint):
    path = altered(tmp_path, name, change)
    loaders = {
        "detox.json": load_ruleset,
        "substances.json": lambda path: load_ruleset(substances=path),
        "level_of_care.json": load_level_ruleset,
        "timeline.json": load_timeline,
    }
    with pytest.raises(RulesetError) as refusal:
        loaders[name](path)
    assert complaint in str(refusal.value)


@pytest.mark.parametrize("text", ["", "{", '{"format": 1, "format": 2}', "[" * 100_000])
def test_a_file_that_is_no_plain_document_is_refused(tmp_path, text):
    path = tmp_path / "detox.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesetError):
        load_ruleset(path)
    with pytest.raises(RulesetError):
        load_ruleset(tmp_path / "absent.json")
