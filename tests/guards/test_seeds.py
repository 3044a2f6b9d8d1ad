"""docs/seeds.md: every fact of the two source documents has a place, and every place exists.

The sources themselves are not part of the project; their lengths are.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver

from intake.questions import BY_KEY, SAFETY
from intake.questions.substances import ROW_QUESTIONS
from intake.questions.withdrawal import SYMPTOMS
from programs.display import OUTCOME_WORDS

ROOT = Path(__file__).resolve().parents[2]
LINES = {"S1": 141, "S2": 155}
NUMBERS = [f"A{number:03}" for number in range(1, 156)]
ROW = re.compile(r"^\| (A\d{3}) \| ([CSI]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ASSESSMENT = NUMBERS[48:136]


def table() -> list[tuple[str, str, str, str, str]]:
    """The rows: number, core, fact, seed, where."""
    return ROW.findall((ROOT / "docs" / "seeds.md").read_text())


def places(where: str) -> list[str]:
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", where)


def rule_ids() -> set[str]:
    data = ROOT / "programs" / "rules" / "data"
    return {
        rule["id"]
        for name in ("detox.json", "level_of_care.json")
        for rule in json.loads((data / name).read_text())["rules"]
    }


def url_names() -> Iterator[str]:
    """Every name of a page, with its namespaces."""

    def under(resolver, prefix=""):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from under(pattern, space)
            elif pattern.name:
                yield f"{prefix}{pattern.name}"

    return under(get_resolver())


def codes(module: str, kind: str) -> set[str]:
    """The first argument of every `kind(...)` in a module of the rules."""
    source = (ROOT / "intake" / "rules" / f"{module}.py").read_text()
    return set(re.findall(rf'\b{kind}\(\s*"([^"]+)"', source))


def question_exists(name: str) -> bool:
    place, _, option = name.partition("=")
    key, _, name = place.partition(".")
    section = SAFETY if key == SAFETY.key else BY_KEY.get(key)
    question = section and next((q for q in section.questions if q.name == name), None)
    return bool(question) and (not option or option in {one.value for one in question.options})


@pytest.fixture(scope="module")
def known():
    """For each kind of place, what exists."""
    return {
        "question": question_exists,
        "row": {question.name for question in ROW_QUESTIONS}.__contains__,
        "rule": rule_ids().__contains__,
        "point": codes("derived", "Point").__contains__,
        "flag": codes("flags", "Flag").__contains__,
        "url": set(url_names()).__contains__,
    }


def file_exists(place: str) -> bool:
    path, _, part = place.partition("::")
    found = ROOT / path
    return found.exists() and (not part or bool(re.search(rf"\b{part}\b", found.read_text())))


def test_every_fact_has_one_row_in_order():
    assert [number for number, *_ in table()] == NUMBERS


def test_every_place_exists(known):
    wrong = []
    for number, _core, _fact, _seed, where in table():
        for place in places(where):
            kind, _, name = place.partition(":")
            exists = known[kind](name) if kind in known else file_exists(place)
            if not exists:
                wrong.append(f"{number}: {place}")
    assert not wrong


def test_every_fact_has_a_place_or_says_what_is_planned():
    empty = [
        number for number, *_, where in table() if not places(where) and not re.search("planned: .", where)
    ]
    assert not empty


def test_seeds_name_lines_that_the_documents_have():
    wrong = []
    for number, _core, _fact, seed, _where in table():
        if seed == "reports":
            continue
        found = re.fullmatch(r"(S[12]):(\d+)(?:-(\d+))?", seed)
        if not found or not 1 <= int(found[2]) <= int(found[3] or found[2]) <= LINES[found[1]]:
            wrong.append(f"{number}: {seed}")
    assert not wrong


def test_what_the_assessment_must_ask_is_there_and_nothing_of_it_is_planned():
    """A049 to A136, C and S."""
    waiting = [
        number
        for number, core, _fact, _seed, where in table()
        if number in ASSESSMENT and core in "CS" and ("planned" in where or not places(where))
    ]
    assert not waiting


OTHER_LIST = {
    "sleep problems": {"sleep"},
    "muscle aches, pains, or spasms": {"aches"},
    "flu-like symptoms": {"fever", "sweats", "nose_eyes"},
    "changes in appetite": {"appetite"},
    "nausea, vomiting, and other digestive problems": {"nausea", "gut"},
    "irritability": {"irritable"},
    "increase in mood disorders": {"mood", "anxiety"},
    "cravings": {"cravings"},
}


@pytest.mark.parametrize("symptom", OTHER_LIST)
def test_the_other_list_of_symptoms_maps_to_ours(symptom):
    assert OTHER_LIST[symptom] <= {code for code, _ in SYMPTOMS}


def test_the_lists_have_as_many_items_as_the_seeds():
    options = {
        name: [one.value for one in BY_KEY["signs"].question(name).options if one.value != "none"]
        for name in ("signs_core", "signs_behavior", "signs_body", "signs_mind", "signs_money")
    }
    assert [len(values) for values in options.values()] == [4, 5, 6, 4, 3]
    assert len(SYMPTOMS) == 10 + 6 + 1


def test_home_is_never_an_outcome():
    """Detox at home is nothing that the rules can say."""
    assert not [words for words in OUTCOME_WORDS.values() if "home" in words.lower()]
