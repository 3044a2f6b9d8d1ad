"""The check of medicines: each of the 91, names as people write them, and what is never concluded."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules import medicines
from intake.rules.facts import Facts, UseRow
from intake.rules.medicines import LIST, check_lines, check_medicines, load_medicines, major_interaction
from intake.rules.picture import build_picture

FILE = Path(medicines.__file__).parent / "medicines.json"
NAMES = sorted(LIST.medicines)
KRATOM = {"substances": {"kratom_leaf": {}}}
NOW, ZONE = datetime(2026, 7, 14, 12, tzinfo=UTC), ZoneInfo("America/New_York")


def names_of(text):
    return [medicine.name for medicine in check_lines([text]).found]


def unknown_of(text):
    return [one.name for one in check_lines([text]).unrecognised]


def facts(medicines=None, psychiatric=None, interaction=None, kratom=True):
    health = {}
    if medicines is not None:
        health["medicines"] = {"value": medicines}
    if interaction is not None:
        health["major_interaction"] = {"value": interaction}
    mental = {} if psychiatric is None else {"psychiatric_medicines": {"value": psychiatric}}
    rows = (UseRow({"substance": {"value": "kratom_leaf"}}),) if kratom else ()
    return Facts(sections={"health": health, "mental": mental}, rows=rows)


def told(**given_facts):
    return build_picture(facts(**given_facts), now=NOW, zone=ZONE).get("major_interaction")


def test_the_list_is_whole():
    assert len(NAMES) == 91
    assert sum(one.severity == "major" for one in LIST.medicines.values()) == 36
    assert LIST.source
    assert not [one.name for one in LIST.medicines.values() if "test" in one.why]


@pytest.mark.parametrize("name", NAMES)
def test_every_medicine_is_found_as_people_write_it(name):
    for text in (
        name,
        name.upper(),
        f"{name.title()} HCl 50 mg twice a day, Dr. Blue",
        f"2 tablets {name} ER at night",
    ):
        assert names_of(text) == [name]
        assert unknown_of(text) == []
    expected = "yes" if LIST.medicines[name].severity == "major" else "no"
    assert major_interaction(check_medicines(facts(name, "none")), KRATOM) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_misspelt_name_is_a_question_and_never_a_match(name):
    wrong = name[:3] + name[4:] if len(name) > 6 else name + "x"
    check = check_lines([wrong])
    assert check.found == ()
    assert [one.name for one in check.unrecognised] == [wrong]
    assert name in check.unrecognised[0].did_you_mean
    assert major_interaction(check_medicines(facts(wrong, "none")), KRATOM) is None


@pytest.mark.parametrize(
    "text, found, unknown",
    [
        ("sertraline 50 mg daily", ["sertraline"], []),
        ("Sertraline hydrochloride, 50 mg, once a day, Dr. Green", ["sertraline"], []),
        ("hydrocodone/acetaminophen 5/325 every 6 hours as needed", ["hydrocodone", "acetaminophen"], []),
        ("buprenorphine-naloxone 8-2 mg film", ["buprenorphine"], ["naloxone"]),
        ("quetiapine 25mg for sleep and alprazolam", ["alprazolam", "quetiapine"], []),
        ("Xanax 1 mg", [], ["xanax"]),
        ("blue pill from a friend", [], ["blue"]),
        ("St John's wort", [], ["st john s wort"]),
        ("lisinopril 10 mg", [], ["lisinopril"]),
        ("lisinopril 10 mg for alprazolam", ["alprazolam"], ["lisinopril"]),
        ("none", [], []),
        ("No medicines", [], []),
        ("n/a", [], []),
        ("Does not take anything", [], []),
        ("She doesn't take any meds", [], []),
        ("quetiapine stopped last year", ["quetiapine"], []),
        ("stopped the blue one", [], ["blue"]),
        ("diltiazem24h", ["diltiazem"], []),
        ("vitamin d", [], ["vitamin d"]),
        ("", [], []),
        ("amitriptyline\nlithium carbonate 300 mg\n\n", ["amitriptyline", "lithium"], []),
        ("Propranolol 40mg x2, paroxétine 20 mg", ["paroxetine", "propranolol"], []),
    ],
)
def test_lines_as_they_are_written(text, found, unknown):
    assert sorted(names_of(text)) == sorted(found)
    assert unknown_of(text) == unknown


@pytest.mark.parametrize(
    "given_facts, expected",
    [
        ({"medicines": "alprazolam 1 mg", "psychiatric": "none"}, "yes"),
        ({"medicines": "alprazolam 1 mg", "interaction": "no"}, "yes"),
        ({"psychiatric": "quetiapine"}, "yes"),
        ({"medicines": "alprazolam 1 mg", "psychiatric": "none", "kratom": False}, None),
        ({"medicines": "alprazolam 1 mg", "interaction": "no", "kratom": False}, "no"),
        ({"medicines": "sertraline", "psychiatric": "none"}, "no"),
        ({"medicines": "sertraline"}, None),
        ({"medicines": "lisinopril", "psychiatric": "sertraline"}, None),
        ({"medicines": "lisinopril", "psychiatric": "sertraline", "interaction": "no"}, "no"),
        ({"medicines": "lisinopril", "interaction": "yes"}, "yes"),
        ({"medicines": "none", "psychiatric": "none"}, None),
        ({"medicines": "sertraline", "psychiatric": "none", "interaction": "not_done"}, "no"),
        ({}, None),
        ({"interaction": "no"}, "no"),
    ],
)
def test_what_the_rules_are_told(given_facts, expected):
    assert told(**given_facts) == expected


@given(st.lists(st.one_of(st.sampled_from(NAMES), st.text(max_size=30)), max_size=5), st.text(max_size=60))
def test_more_words_never_hide_a_medicine_and_what_is_unknown_is_never_no(lines, more):
    before = check_lines(["\n".join(lines)])
    after = check_lines(["\n".join(lines), more])
    assert {one.name for one in before.found} <= {one.name for one in after.found}
    assert {one.name for one in before.unrecognised} <= {one.name for one in after.unrecognised}
    if after.unrecognised:
        said = major_interaction(check_medicines(facts("\n".join([*lines, more]), "none")), KRATOM)
        assert said != "no"


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    for one in check_lines([text]).unrecognised:
        assert one.name.strip()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(source=" "),
        lambda d: d["drugs"][0].update(severity="huge"),
        lambda d: d["drugs"][0].update(why=""),
        lambda d: d["drugs"].append(d["drugs"][0]),
    ],
)
def test_a_list_that_is_not_whole_is_refused(tmp_path, spoil):
    document = json.loads(FILE.read_text())
    spoil(document)
    path = tmp_path / "medicines.json"
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError):
        load_medicines(path)
