"""Safety flags beside the assessment, and the meters."""

import pytest

from intake.questions import BY_KEY, SAFETY, SECTIONS
from intake.questions.substances import ROW_LAYOUT, ROW_QUESTIONS
from intake.rules.facts import Facts, SafetyAnswers, UseRow
from intake.rules.flags import DO_NOT_STOP, flags
from intake.rules.gaps import gaps
from intake.rules.instrument_flags import every_flag
from intake.rules.opened import open_questions
from intake.rules.progress import domains, progress
from programs.rules.detox import decide_detox
from tests.factories.episodes import said


@pytest.mark.parametrize(
    ("picture", "codes"),
    [
        ({}, []),
        ({"substances": {"cannabis": {}}}, []),
        ({"substances": {"kratom_leaf": {}}}, ["naloxone"]),
        ({"substances": {"alcohol": {}}}, ["do_not_stop"]),
        ({"substances": {"alcohol": {}, "seven_oh": {}}}, ["depressants", "do_not_stop"]),
        ({"substances": {"z_drug": {}, "fentanyl": {}}}, ["depressants", "do_not_stop"]),
        ({"suicidality": "none"}, []),
        ({"suicidality": "low"}, ["suicide"]),
        ({"suicidality": "high"}, ["suicide_now"]),
        ({"pregnant": "no"}, []),
        ({"pregnant": "yes"}, ["pregnant"]),
        ({"jaundice_or_dark_urine": "yes"}, ["liver"]),
        ({"medical": {"seizure_disorder": "stable"}}, ["seizures"]),
        ({"medical": {"seizure_disorder": "none"}}, []),
        ({"major_interaction": "yes"}, ["interaction"]),
        ({"suspected_medetomidine_xylazine": "yes"}, ["adulterant"]),
        ({"age": 17}, ["minor"]),
        ({"age": 18}, []),
        ({"red_flags": {"confusion_or_hallucination": "yes"}}, ["emergency_confusion_or_hallucination"]),
        ({"red_flags": {"confusion_or_hallucination": "no", "severe_panic": "unknown"}}, []),
        ({"vitals": {"hr": 170, "spo2": 82, "temp_c": 41}}, ["vital_hr", "vital_spo2", "vital_temp_c"]),
        ({"vitals": {"hr": 121}}, ["vital_hr"]),
        ({"vitals": {"hr": 120, "sbp": 179, "dbp": 119, "rr": 24, "spo2": 93, "temp_c": 38.4}}, []),
    ],
)
def test_flags(picture, codes):
    assert [flag.code for flag in flags(picture)] == codes


def test_a_past_seizure_makes_stopping_urgent():
    found = flags({"substances": {"alcohol": {}}, "prior_complicated_withdrawal": "yes"})
    assert [(flag.code, flag.urgent, flag.say) for flag in found] == [("do_not_stop", True, DO_NOT_STOP)]


def test_an_emergency_by_the_rules_is_never_no_flag():
    """Whatever single sign makes the rules say emergency, something urgent is shown for it."""
    signs = [{"red_flags": {q.name: "yes"}} for q in SAFETY.questions if q.rule_key]
    signs += [
        {"vitals": {name: value}} for name, value in (("hr", 170), ("spo2", 82), ("temp_c", 41), ("rr", 4))
    ]
    for picture in (*signs, {"suicidality": "high"}):
        assert decide_detox(picture).outcome == "emergency_now"
        assert any(flag.urgent for flag in flags(picture)), picture


def test_a_possible_pregnancy_is_flagged_like_a_known_one():
    (flag,) = every_flag({}, Facts(sections={"health": said(pregnant="possible")}))
    assert (flag.code, flag.urgent, flag.field) == ("pregnant_possible", True, "pregnant")
    assert "do not stop" in flag.say


def test_a_yes_is_shown_once():
    facts = Facts(checks=[SafetyAnswers(said(seizure_24h="yes"))])
    assert len(every_flag({"red_flags": {"seizure_24h": "yes"}}, facts)) == 1


def test_flags_lead_to_questions_that_exist():
    places = {(s.key, q.name) for s in (SAFETY, *SECTIONS) for q in s.questions} | {("substances", "rows")}
    everything = {
        "substances": {"alcohol": {}, "kratom_leaf": {}},
        "suicidality": "high",
        "pregnant": "yes",
        "jaundice_or_dark_urine": "yes",
        "medical": {"seizure_disorder": "unstable"},
        "major_interaction": "yes",
        "suspected_medetomidine_xylazine": "yes",
        "age": 15,
        "red_flags": {"severe_panic": "yes"},
        "vitals": {"hr": 170},
    }
    assert {(flag.section, flag.field) for flag in flags(everything)} <= places


def test_meters_count_what_was_asked():
    facts = Facts(
        sections={"mental": said(anxiety="yes") | {"depression": {"missing": "unknown"}}},
        rows=[UseRow(said(substance="alcohol"), None, "1")],
    )
    found = {one.key: one for one in progress(facts, gaps(facts), {"mental"})}
    assert (found["mental"].asked, found["mental"].completed, found["mental"].gaps) == (2, True, 1)
    assert found["substances"].asked == 1
    row = said(substance="alcohol")
    open_now = open_questions(ROW_QUESTIONS, row) + open_questions(BY_KEY["substances"].questions, {})
    assert found["substances"].total == len(open_now)
    assert dict(domains(found.values()))["Mental health"] == 200 // len(BY_KEY["mental"].questions)


def test_a_full_meter_means_everything_was_asked():
    facts = Facts(sections={s.key: {q.name: {"missing": "unknown"} for q in s.questions} for s in SECTIONS})
    assert {percent for _, percent in domains(progress(facts, (), ()))} == {100}
    assert {percent for _, percent in domains(progress(Facts(), (), ()))} == {0}


def test_the_five_domains():
    assert [domain for domain, _ in domains(progress(Facts(), (), ()))] == [
        "Substance use",
        "Physical health",
        "Mental health",
        "Social circumstances",
        "Treatment goals",
    ]


def test_every_row_question_has_a_place():
    assert sorted(name for line in ROW_LAYOUT for name in line) == sorted(q.name for q in ROW_QUESTIONS)


def test_question_names_are_unique():
    for section in (SAFETY, *SECTIONS):
        names = [q.name for q in (*section.questions, *section.row_questions)]
        assert len(names) == len(set(names))
