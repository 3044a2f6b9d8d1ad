"""What the answers point to: always with evidence, and never "none"."""

import pytest
from hypothesis import given, settings

from intake.rules.derived import (
    STAGES,
    dose_band,
    escalation,
    may_say_rarely_dangerous,
    points,
    stage,
)
from intake.rules.facts import Facts, UseRow
from tests.factories.episodes import said
from tests.intake.rules.test_picture import any_facts

PLAIN = {"substance": "kratom_leaf", "product_form": "powder", "unit": "g"}


def facts(*rows, **sections):
    return Facts(
        rows=[UseRow(said(**row), None, str(number)) for number, row in enumerate(rows)],
        sections={name: said(**answers) for name, answers in sections.items()},
    )


def codes(*rows, **sections):
    return [point.code for point in points(facts(*rows, **sections))]


def point(code, *rows, **sections):
    return next((one for one in points(facts(*rows, **sections)) if one.code == code), None)


def test_nothing_said_points_nowhere():
    assert points(Facts()) == ()
    assert stage(Facts()) is None


@pytest.mark.parametrize(
    ("row", "sections", "number"),
    [
        ({"days_per_week": 1}, {}, 0),
        ({"days_per_week": 5}, {}, 1),
        ({"days_per_week": 2, "times_a_day": 2}, {}, 1),
        ({"days_per_week": 7}, {"signs": {"tolerance_confirmed": "yes"}}, 2),
        ({"days_per_week": 7}, {"signs": {"signs_core": ["more_needed"]}}, 2),
        ({"amount": 10, "times_a_day": 2, "start_amount": 2, "start_times": 1}, {}, 2),
        ({"days_per_week": 7}, {"withdrawal": {"withdrawal_if_skipped": "yes"}}, 3),
        ({}, {"signs": {"signs_core": ["withdrawal"]}}, 3),
        ({}, {"signs": {"screen_withdrawal": "yes"}}, 3),
    ],
)
def test_the_four_stages(row, sections, number):
    name, evidence = stage(facts({**PLAIN, **row}, **sections))
    assert name == STAGES[number]
    assert evidence


@pytest.mark.parametrize(
    ("now", "first", "factor"),
    [
        ((8, 4), (2, 1), 16),
        ((25, 2), (3, 2), 8.3),
        ((2, 1), (2, 1), 1),
        ((2, 1), (0, 1), None),
        ((2, None), (2, 1), None),
    ],
)
def test_how_a_days_amount_grew(now, first, factor):
    values = dict(zip(("amount", "times_a_day", "start_amount", "start_times"), (*now, *first), strict=True))
    assert escalation(said(**{name: value for name, value in values.items() if value is not None})) == factor


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**PLAIN, "amount": 4.9}, "tends to stimulate"),
        ({**PLAIN, "amount": 5}, "between"),
        ({**PLAIN, "amount": 5.1}, "like an opioid"),
        ({**PLAIN, "amount": 600, "unit": "mg"}, "tends to stimulate"),
        ({**PLAIN, "amount": 12, "unit": "pieces", "strength_mg": 500}, "like an opioid"),
        ({**PLAIN, "amount": 12, "unit": "pieces"}, ""),
        ({"substance": "alcohol", "amount": 5, "unit": "drinks"}, ""),
    ],
)
def test_the_band_of_one_dose(row, words):
    found = dose_band(said(**row))
    assert words in found if words else found == ""


def test_the_band_comes_with_its_dissent_and_never_for_concentrates():
    assert "no clear line" in point("dose_band", {**PLAIN, "amount": 3}).evidence[0]
    strong = {**PLAIN, "amount": 3, "enhanced": "seven_oh"}
    assert point("dose_band", strong) is None
    assert "grams do not tell" in point("W3", strong).sentence


@pytest.mark.parametrize(
    ("grams", "months", "code"),
    [(20, 6, "W1"), (19.9, 6, None), (20, 5.9, None), (50, 24, "W1"), (None, 6, "W5"), (20, None, "W5")],
)
def test_twenty_grams_for_six_months(grams, months, code):
    row = {**PLAIN, "amount": grams, "times_a_day": 1, "duration_months": months}
    found = codes({name: value for name, value in row.items() if value is not None})
    assert [one for one in found if one in ("W1", "W5")] == ([code] if code else [])


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({**PLAIN, "times_a_day": 2}, False),
        ({**PLAIN, "times_a_day": 3}, True),
        ({**PLAIN, "on_waking": "yes"}, True),
        ({"substance": "alcohol", "times_a_day": 6}, False),
    ],
)
def test_frequent_doses(row, found):
    assert ("W2" in codes(row)) is found


@pytest.mark.parametrize(
    ("section", "answers", "code"),
    [
        ("withdrawal", {"withdrawal_if_skipped": "yes"}, "W4"),
        ("withdrawal", {"withdrawal_if_skipped": "no"}, None),
        ("signs", {"tolerance_confirmed": "yes"}, "tolerance"),
        ("signs", {"cannot_stop": "yes"}, "cannot_stop"),
        ("signs", {"screen_coping": "yes"}, "screener"),
        ("signs", {"screen_coping": "no"}, None),
        ("substances", {"reasons": ["pain"]}, "pain"),
        ("health", {"pain": "yes"}, "pain"),
        ("substances", {"reasons": ["trauma"]}, "psychiatric"),
        ("mental", {"depression": "yes"}, "psychiatric"),
        ("substances", {"opioid_history": "yes"}, "opioid_history"),
        ("substances", {"reasons": ["opioid_withdrawal"]}, "opioid_history"),
        ("substances", {"naloxone_at_home": "no"}, "naloxone_home"),
        ("substances", {"naloxone_at_home": "yes", "naloxone_trained": "no"}, "naloxone_home"),
        ("substances", {"supply_signs": ["infection"]}, "supply"),
        ("substances", {"supply_signs": ["none"]}, None),
        ("health", {"seizure_disorder": "stable"}, "T4"),
        ("health", {"cardiac": "unstable"}, "T4"),
        ("health", {"threshold_medicines": "yes"}, "T4"),
        ("health", {"liver": "none"}, None),
        ("withdrawal", {"quit_attempts": 2, "quit_method": ["all_at_once"]}, "quit_alone"),
        ("withdrawal", {"symptoms_now": ["feelings"]}, "dbt"),
        ("goals", {"readiness": 4}, "met"),
        ("goals", {"readiness": 9}, None),
        ("goals", {"goal_kind": "unsure"}, "met"),
    ],
)
def test_what_one_answer_points_to(section, answers, code):
    found = [one for one in codes(**{section: answers}) if one not in ("stage", "cbt")]
    assert found == ([code] if code else [])


def test_the_amounts_can_contradict_the_person():
    row = {**PLAIN, "amount": 10, "times_a_day": 3, "start_amount": 2, "start_times": 1}
    assert "Ask again" in point("tolerance", row, signs={"tolerance_confirmed": "no"}).sentence


HEALTHY = {
    "substances": {"kratom_leaf": {}},
    "substance_list_complete": True,
    "medical": dict.fromkeys(
        ("liver", "cardiac", "respiratory", "seizure_disorder", "renal_or_other"), "none"
    ),
    "red_flags": {"severe_panic": "no"},
    "suicidality": "none",
    **dict.fromkeys(
        (
            "pregnant",
            "prior_complicated_withdrawal",
            "prior_severe_opioid_kratom_withdrawal",
            "jaundice_or_dark_urine",
            "major_interaction",
        ),
        "no",
    ),
}


def test_rarely_dangerous_is_for_healthy_people_with_kratom_alone():
    assert may_say_rarely_dangerous(HEALTHY)


@pytest.mark.parametrize(
    "change",
    [
        {"substances": {"kratom_leaf": {}, "alcohol": {}}},
        {"substances": {"kratom_leaf": {}, "other": {}}},
        {"substances": {}},
        {"substance_list_complete": False},
        {"medical": {**HEALTHY["medical"], "liver": "stable"}},
        {"medical": {"liver": "none"}},
        {"red_flags": {"severe_panic": "yes"}},
        {"red_flags": {}},
        {"suicidality": "low"},
        {"pregnant": "yes"},
    ],
)
def test_any_doubt_takes_the_words_away(change):
    assert not may_say_rarely_dangerous({**HEALTHY, **change})


@pytest.mark.parametrize("name", sorted(HEALTHY))
def test_what_was_not_asked_takes_the_words_away(name):
    assert not may_say_rarely_dangerous({key: value for key, value in HEALTHY.items() if key != name})


@settings(max_examples=80, deadline=None)
@given(any_facts)
def test_every_answer_gives_points_with_a_source_and_never_an_all_clear(drawn):
    for one in points(drawn):
        assert one.sentence
        assert one.source.startswith(("seed", "features"))
        for words in ("no withdrawal", "not dependent", "no dependence", "withdraw at home", "is fine"):
            assert words not in one.sentence.lower()
