"""The picture: what the rules get. What was not answered is absent, and never "no"."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.questions import SAFETY, SECTIONS, Kind
from intake.questions.substances import ROW_QUESTIONS
from intake.rules.facts import Facts, SafetyAnswers, UseRow
from intake.rules.instrument_flags import every_flag
from intake.rules.picture import build_picture
from programs.rules.detox import decide_detox
from programs.rules.io import read_detox
from tests.factories.episodes import safety_answers, said

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 7, 14, 13, 0, tzinfo=UTC)

# The keys of the detox input (docs of the decide command).
TOP_KEYS = {
    "age",
    "pregnant",
    "prior_complicated_withdrawal",
    "prior_severe_opioid_kratom_withdrawal",
    "jaundice_or_dark_urine",
    "unexpected_drug_screen",
    "major_interaction",
    "suspected_medetomidine_xylazine",
    "safe_home_support",
    "suicidality",
    "substance_list_complete",
    "substances",
    "red_flags",
    "medical",
    "vitals",
    "cows",
    "ciwa",
    "ciwa_perceptual_max",
    "ciwa_orientation",
    "pawss",
    "prior_alcohol_sedative_wm",
}
STATES = {"hallucinations", "confusion", "delusions"}
ROW_KEYS = {"amount", "days_per_week", "duration_months", "hours_since_last", "prescribed_stable"}
FLAGS = {
    "unresponsive_or_overdose",
    "breathing_trouble",
    "seizure_24h",
    "chest_pain_or_fainting",
    "confusion_or_hallucination",
    "persistent_vomiting_or_severe_abdominal_pain",
    "violent_or_psychotic",
    "severe_panic",
    "pregnancy_alarm",
    "head_injury_or_stroke_signs",
    "naloxone_24h_not_evaluated",
    "deliberate_or_unknown_ingestion",
}
MEDICAL = {"liver", "cardiac", "respiratory", "seizure_disorder", "renal_or_other"}
VITALS = {"hr", "sbp", "dbp", "rr", "spo2", "temp_c"}


def picture(**facts):
    return build_picture(Facts(**facts), now=NOW, zone=ZONE)


def clear_facts(rows=(), checks=None, **more):
    """Facts in which every required question was answered, and nothing speaks for detox but the rows."""
    health = dict.fromkeys(("pregnant", "jaundice_or_dark_urine", "unexpected_drug_screen"), "no")
    health |= dict.fromkeys(MEDICAL, "none") | {"major_interaction": "no"}
    health |= {"hr": 72, "sbp": 118, "dbp": 76, "rr": 14, "spo2": 98, "temp_c": 36.8}
    history = {
        question.name: 0 if question.rule_key == "prior_alcohol_sedative_wm" else "no"
        for question in next(s for s in SECTIONS if s.key == "withdrawal").questions
        if question.rule_key.startswith("prior_")
    }
    sections = {
        "health": said(**health),
        "mental": said(suicidality="none"),
        "withdrawal": said(**history),
        "substances": said(substance_list_complete="yes", suspected_medetomidine_xylazine="no"),
    }
    asked = [SafetyAnswers(safety_answers())] if checks is None else checks
    return Facts(sections=sections, rows=rows, checks=asked, date_of_birth=date(1990, 1, 1), **more)


def kratom(**more):
    values = {
        "substance": "kratom_leaf",
        "product_form": "powder",
        "amount": 8,
        "unit": "g",
        "times_a_day": 4,
        "days_per_week": 7,
        "duration_months": 14,
        "last_use": "today",
    }
    given = {name: value for name, value in {**values, **more}.items() if value is not None}
    return UseRow(said(**given), NOW)


def test_every_input_key_has_a_question():
    asked = {q.rule_key for s in (SAFETY, *SECTIONS) for q in s.questions if q.rule_key}
    asked |= {q.rule_key for q in ROW_QUESTIONS if q.rule_key}
    asked |= {"cows", "ciwa", "ciwa_perceptual_max", "ciwa_orientation", "pawss"}  # of instruments
    assert {key.partition(".")[0] for key in asked} == TOP_KEYS
    assert {key.partition(".")[2] for key in asked if key.startswith("red_flags.")} == FLAGS
    assert {key.partition(".")[2] for key in asked if key.startswith("medical.")} == MEDICAL
    assert {key.partition(".")[2] for key in asked if key.startswith("vitals.")} == VITALS
    assert {key.partition(".")[2] for key in asked if key.startswith("substances.")} == ROW_KEYS


def test_nothing_asked_is_an_empty_picture():
    assert picture() == {}


def test_the_kratom_caller():
    exact = UseRow(
        kratom(last_use="exact", last_use_at="2026-07-14T10:00:00+00:00").answers, NOW - timedelta(hours=3)
    )
    result = picture(
        sections={"substances": said(substance_list_complete="yes"), "social": said(home_stability="stable")},
        rows=[exact],
        checks=[SafetyAnswers(safety_answers())],
        date_of_birth=date(1990, 3, 3),
    )
    assert result["substances"] == {
        "kratom_leaf": {"amount": 32, "days_per_week": 7, "duration_months": 14, "hours_since_last": 3}
    }
    assert result["age"] == 36
    assert result["substance_list_complete"] is True
    assert result["red_flags"] == dict.fromkeys(FLAGS, "no")
    assert "pregnant" not in result
    assert "suicidality" not in result


def all_answers(answer):
    return {s.key: {q.name: answer for q in s.questions} for s in SECTIONS}


@pytest.mark.parametrize("why", ["unknown", "declined"])
def test_no_answer_never_becomes_one(why):
    missing = {"missing": why}
    result = picture(
        sections=all_answers(missing),
        rows=[UseRow({q.name: missing for q in ROW_QUESTIONS}, NOW)],
        checks=[SafetyAnswers({q.name: missing for q in SAFETY.questions})],
    )
    assert result == {"substances": {"other": {}}}


def answer_of(question):
    if question.options:
        values = st.sampled_from([option.value for option in question.options])
        if question.kind == Kind.MULTI:
            values = st.lists(values, max_size=3)
    elif question.kind in (Kind.NUMBER, Kind.WHOLE):
        values = st.integers(int(question.minimum), int(question.maximum))
    elif question.kind == Kind.DATETIME:
        values = st.just("2026-07-01T00:00:00+00:00")
    else:
        values = st.just("words")
    return st.one_of(
        st.none(),
        st.sampled_from([{"missing": "unknown"}, {"missing": "declined"}]),
        values.map(lambda value: {"value": value}),
    )


def answers_to(questions):
    drawn = st.fixed_dictionaries({q.name: answer_of(q) for q in questions})
    return drawn.map(lambda answers: {name: a for name, a in answers.items() if a is not None})


any_facts = st.builds(
    Facts,
    sections=st.fixed_dictionaries({s.key: answers_to(s.questions) for s in SECTIONS}),
    rows=st.lists(st.builds(UseRow, answers_to(ROW_QUESTIONS), st.just(NOW)), max_size=4),
    checks=st.lists(st.builds(SafetyAnswers, answers_to(SAFETY.questions), st.booleans()), max_size=3),
)


@settings(max_examples=40)
@given(any_facts)
def test_the_picture_fits_the_decide_command(facts):
    result = build_picture(facts, now=NOW, zone=ZONE)
    assert set(result) <= TOP_KEYS
    json.dumps(result, allow_nan=False)
    for entry in result.get("substances", {}).values():
        assert set(entry) <= ROW_KEYS
        assert all(value is True or value >= 0 for value in entry.values())


@settings(max_examples=40)
@given(any_facts)
def test_the_detox_rules_accept_every_picture(facts):
    read_detox(build_picture(facts, now=NOW, zone=ZONE))


@settings(max_examples=40)
@given(any_facts)
def test_every_no_was_said(facts):
    """Each "no" and "none" in the picture is the stored answer to its own question."""
    result = build_picture(facts, now=NOW, zone=ZONE)
    for section in SECTIONS:
        for question in section.questions:
            head, _, tail = question.rule_key.partition(".")
            value = result.get(head, {}).get(tail) if tail else result.get(head)
            if question.rule_key and (value is False or value in ("no", "none")):
                given_answer = facts.sections[section.key][question.name]["value"]
                assert given_answer in ("no", "none", "not_able")
    for question in SAFETY.questions:
        if result.get("red_flags", {}).get(question.name) == "no":
            assert facts.checks[-1].answers[question.name] == {"value": "no"}


def test_a_yes_stays_until_somebody_wrote_what_was_done():
    first, later = safety_answers(seizure_24h="yes"), safety_answers()
    waiting = picture(checks=[SafetyAnswers(first, open_emergency=True), SafetyAnswers(later)])
    done = picture(checks=[SafetyAnswers(first), SafetyAnswers(later)])
    assert waiting["red_flags"]["seizure_24h"] == "yes"
    assert done["red_flags"]["seizure_24h"] == "unknown"


@pytest.mark.parametrize("name", [question.name for question in SAFETY.questions])
def test_asking_again_never_makes_an_emergency_vanish(name):
    """A later no leaves "no detox" out of reach, and the yes among the urgent flags."""
    was, now_no = SafetyAnswers(safety_answers(**{name: "yes"})), SafetyAnswers(safety_answers())
    for checks in ([was, now_no], [was, now_no, now_no]):
        asked_again = clear_facts(checks=checks)
        outcome = decide_detox(picture_of(asked_again)).outcome
        assert outcome == "clinician_must_review"
        (flag,) = [one for one in every_flag(picture_of(asked_again), asked_again) if one.urgent]
        assert (flag.code, flag.section, flag.field) == (f"emergency_{name}", "safety", name)
    assert decide_detox(picture_of(clear_facts())).outcome == "no_detox_needed"


@pytest.mark.parametrize("answer", [{"missing": "unknown"}, {"missing": "declined"}, None])
def test_no_answer_about_suicide_in_the_safety_check_is_never_no_danger(answer):
    given = {name: value for name, value in safety_answers().items() if name != "thoughts_of_suicide"}
    unsure = clear_facts(checks=[SafetyAnswers(given | ({"thoughts_of_suicide": answer} if answer else {}))])
    assert picture_of(unsure)["suicidality"] == "unknown"
    assert decide_detox(picture_of(unsure)).outcome == "clinician_must_review"


def picture_of(facts):
    return build_picture(facts, now=NOW, zone=ZONE)


@pytest.mark.parametrize(
    ("said_later", "expected"), [(None, "active_now"), ("none", "active_now"), ("high", "high")]
)
def test_thoughts_of_suicide_in_the_safety_check_outweigh_a_milder_answer(said_later, expected):
    sections = {"mental": said(suicidality=said_later)} if said_later else {}
    checks = [SafetyAnswers(safety_answers(thoughts_of_suicide="yes"))]
    assert picture(sections=sections, checks=checks)["suicidality"] == expected


def test_a_no_in_the_safety_check_does_not_answer_the_longer_question():
    assert "suicidality" not in picture(checks=[SafetyAnswers(safety_answers())])


@pytest.mark.parametrize(
    ("rows", "entry"),
    [
        ([kratom(), kratom(amount=2, times_a_day=1)], {"amount": 34}),
        ([kratom(), kratom(unit="other")], {"amount": 32}),
        ([kratom(amount=1, times_a_day=1), kratom(unit="other")], {"amount": None}),
        ([kratom(days_per_week=3), kratom(days_per_week=3)], {"days_per_week": 6}),
        ([kratom(), kratom(days_per_week=7)], {"days_per_week": 7}),
        ([kratom(amount=500, unit="mg")], {"amount": 2}),
        ([kratom(unit="pieces", amount=4, strength_mg=500)], {"amount": 8}),
        ([kratom(unit="pieces", amount=4)], {"amount": None}),
        ([kratom(prescribed_stable="yes")], {"prescribed_stable": True}),
        ([kratom(prescribed_stable="yes"), kratom()], {"prescribed_stable": None}),
    ],
)
def test_rows_of_one_substance_count_together(rows, entry):
    found = picture(rows=rows)["substances"]["kratom_leaf"]
    assert {name: found.get(name) for name in entry} == entry


def test_an_unknown_row_makes_the_hours_unknown():
    unknown = UseRow(said(substance="kratom_leaf"), NOW)
    assert "hours_since_last" not in picture(rows=[kratom(), unknown])["substances"]["kratom_leaf"]


@pytest.mark.parametrize(
    ("answer", "expected"), [("yes", "yes"), ("no", "no"), ("not_able", "no"), ("possible", None)]
)
def test_pregnancy(answer, expected):
    assert picture(sections={"health": said(pregnant=answer)}).get("pregnant") == expected


@pytest.mark.parametrize(
    ("born", "age"), [(date(2008, 7, 14), 18), (date(2008, 7, 15), 17), (date(1850, 1, 1), None)]
)
def test_age_counts_birthdays_in_the_centers_calendar(born, age):
    assert picture(date_of_birth=born).get("age") == age


def test_a_date_of_birth_decides_over_a_stated_age():
    sections = {"health": said(age_stated=50)}
    assert picture(sections=sections)["age"] == 50
    assert picture(sections=sections, date_of_birth=date(1990, 3, 3))["age"] == 36
