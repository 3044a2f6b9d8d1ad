"""What opens a question, and what stays open because it was answered."""

import pytest

from intake.questions import BY_KEY, REPEATABLE, SAFETY, SECTIONS
from intake.questions.substances import ROW_QUESTIONS
from intake.rules.facts import Facts, UseRow
from intake.rules.gaps import gaps
from intake.rules.opened import is_open, open_questions
from intake.substances import UNUSUAL, is_unusual
from tests.factories.episodes import said


def opened(section, names, answers):
    return [name for name in names if is_open(BY_KEY[section].question(name), answers)]


@pytest.mark.parametrize(
    ("section", "answers", "names"),
    [
        ("substances", {}, []),
        ("substances", said(reasons=["energy"]), []),
        ("substances", said(reasons=["energy", "pain"]), ["pain_plan", "pain_specialist"]),
        ("substances", said(reasons=["anxiety"]), ["psychiatric_evaluation"]),
        ("substances", said(reasons=["depression"]), ["psychiatric_evaluation"]),
        ("substances", said(reasons=["trauma"]), ["psychiatric_evaluation"]),
        ("substances", {"reasons": {"missing": "declined"}}, []),
        ("withdrawal", said(quit_attempts=0), []),
        ("withdrawal", said(quit_attempts=2), ["quit_method"]),
        ("withdrawal", {"quit_attempts": {"missing": "unknown"}}, []),
        ("withdrawal", said(symptoms_now=["none"]), []),
        (
            "withdrawal",
            said(symptoms_now=["aches", "mood"]),
            ["symptoms_at", "severity_aches", "severity_mood"],
        ),
        ("health", said(pregnant="no"), []),
        ("health", said(pregnant="possible"), ["pregnancy_weeks", "pregnancy_doctor"]),
        ("health", said(mat_current="no"), []),
        (
            "health",
            said(mat_current="yes"),
            ["mat_drug", "mat_dose", "mat_prescriber", "mat_last_dose", "mat_goes_on"],
        ),
    ],
)
def test_what_an_answer_opens(section, answers, names):
    folded = [question.name for question in BY_KEY[section].questions if question.shown_when]
    assert opened(section, folded, answers) == names


def test_an_answered_question_stays_open():
    answers = said(reasons=["energy"], pain_plan="no")
    assert opened("substances", ["pain_plan", "pain_specialist"], answers) == ["pain_plan"]


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ({"substance": "alcohol"}, []),
        ({"substance": "kratom_leaf"}, ["enhanced"]),
        ({"substance": "seven_oh", "unit": "pieces"}, ["enhanced", "strength_mg"]),
        ({"substance": "alcohol", "last_use": "exact"}, ["last_use_at", "last_use_exactness"]),
        (
            {"substance": "alcohol", "amount": 20, "unit": "drinks", "times_a_day": 2},
            ["amount_confirmed", "hours_between", "on_waking", "first_use", "start_amount", "start_times"],
        ),
        ({"substance": "methadone", "times_a_day": 1}, ["prescribed_stable", "on_waking"]),
    ],
)
def test_what_a_row_opens(answers, names):
    found = [q.name for q in open_questions(ROW_QUESTIONS, said(**answers)) if q.shown_when]
    assert found == names


def test_conditions_name_questions_of_their_own_section_and_answers_they_can_have():
    for section in (SAFETY, *SECTIONS):
        for questions in (section.questions, section.row_questions):
            names = {question.name: question for question in questions}
            for question in questions:
                for when in question.shown_when:
                    if when.question == UNUSUAL:
                        continue
                    options = {option.value for option in names[when.question].options}
                    assert set(when.values) <= options
                    assert when.values or when.above is not None
                    assert not question.required_to_send


# Amounts that are more than most people report are kept, and read back once.


@pytest.mark.parametrize(
    ("amount", "unit", "times", "unusual"),
    [
        (24, "g", 1, False),
        (33, "g", 3, False),
        (25, "g", 4, True),
        (150, "g", 1, True),
        (4, "oz", 1, True),
        (100_000, "mg", 1, True),
        (150, "g", None, False),
        (150, "bags", 1, False),
    ],
)
def test_a_hundred_grams_of_leaf_are_read_back(amount, unit, times, unusual):
    row = said(substance="kratom_leaf", amount=amount, unit=unit)
    assert is_unusual(row | (said(times_a_day=times) if times else {})) is unusual


@pytest.mark.parametrize(
    ("confirmed", "sentence"),
    [
        ({}, "The amount in row 1 is more than most people report. Ask whether it is right"),
        (said(amount_confirmed="no"), "Correct the amount in row 1"),
        (said(amount_confirmed="yes"), None),
        ({"amount_confirmed": {"missing": "unknown"}}, None),
    ],
)
def test_a_large_amount_waits_for_one_answer(confirmed, sentence):
    row = said(substance="kratom_leaf", amount=150, unit="g", times_a_day=1, last_use="today") | confirmed
    found = [gap.sentence for gap in gaps(Facts(rows=[UseRow(row, None, "r")])) if gap.section == REPEATABLE]
    assert found == [*([sentence] if sentence else []), "Ask: Is this everything the person uses?"]


def test_no_question_caps_what_people_report():
    assert BY_KEY["substances"].question("amount").maximum >= 1_000_000
