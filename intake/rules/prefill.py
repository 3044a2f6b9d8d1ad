"""Which answers of an earlier episode may be offered again, and how an offer stands to what is answered now.

An answer that is not named here is never offered: the last use, symptoms now, thoughts of suicide, scores,
measurements, pregnancy, what a check or a screen found, and notes of a call are asked anew each time.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from intake.answers import Answers
from intake.questions import BY_KEY, Question


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LASTING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "substances": _names(
            "reasons opioid_history overdose_before naloxone_at_home naloxone_trained "
            "monthly_spend pain_plan pain_specialist psychiatric_evaluation buying"
        ),
        "withdrawal": _names(
            "prior_complicated_withdrawal prior_severe_opioid_kratom_withdrawal "
            "prior_alcohol_sedative_wm quit_attempts quit_method quit_how longest_without"
        ),
        "health": _names(
            "liver cardiac respiratory seizure_disorder renal_or_other pain conditions_notes "
            "medicines medicine_classes mat_current mat_drug mat_dose mat_prescriber allergies"
        ),
        "mental": _names(
            "anxiety depression trauma diagnoses psychiatric_medicines mental_state_high_dose "
            "treatment_before treatment_count"
        ),
        "social": _names(
            "lives_with home_stability safe_home_support use_at_home support_people children work "
            "work_hours can_take_leave legal veteran payer member_id transport zip_code"
        ),
        "goals": _names(
            "goal_words goal_kind what_matters medication_wish setting_wish preferences "
            "language_care access_needs"
        ),
    }
)
# Of a substance row: everything about the product and the pattern, nothing about the last time.
LASTING_OF_ROW = _names(
    "substance product_form product_name enhanced amount unit strength_mg times_a_day "
    "days_per_week duration_months hours_between route first_use start_amount start_times"
)
# What is asked anew each time. A test asks that each question is here or above; what is in neither is never
# offered.
ANEW: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "substances": _names(
            "asked_by_name substance_list_complete suspected_medetomidine_xylazine supply_signs "
            "substances_notes"
        ),
        "withdrawal": _names(
            "withdrawal_if_skipped symptoms_now symptoms_at withdrawal_modifiers withdrawal_notes"
        ),
        "health": _names(
            "age_stated pregnant pregnancy_weeks pregnancy_doctor jaundice_or_dark_urine "
            "major_interaction threshold_medicines mat_last_dose mat_goes_on withdrawal_medicines "
            "unexpected_drug_screen hr sbp dbp rr spo2 temp_c vitals_at health_notes"
        ),
        "mental": _names("suicidality mental_state_now hospital_12_months mental_notes"),
        "signs": _names(
            "screen_cannot_stop screen_withdrawal screen_relations_work screen_coping "
            "screen_escalating screen_time_money signs_core signs_behavior cannot_stop signs_body "
            "signs_mind signs_money tolerance_confirmed own_control own_worry signs_notes"
        ),
        "social": _names("social_notes"),
        "goals": _names("readiness commitments earliest_start goals_notes"),
    }
)
ANEW_OF_ROW = _names("amount_confirmed last_use last_use_at last_use_exactness on_waking prescribed_stable")
# How strong a symptom is now.
ANEW_PREFIX = "severity_"


class Standing(StrEnum):
    """How an offered answer stands to what is answered now."""

    OPEN = "open"
    SAME = "same"
    DIFFERS = "differs"


def lasting(section: str, answers: Answers) -> dict[str, Mapping]:
    """Return the answers of a section that may still be true. "Doesn't know" is no answer to offer."""
    return _kept(answers, LASTING.get(section, frozenset()))


def lasting_row(answers: Answers) -> dict[str, Mapping]:
    """Return what of a substance row may still be true; nothing when it does not say which substance."""
    kept = _kept(answers, LASTING_OF_ROW)
    return kept if "substance" in kept else {}


def _kept(answers: Answers, names: frozenset[str]) -> dict[str, Mapping]:
    return {name: answer for name, answer in answers.items() if name in names and "value" in (answer or {})}


def fits(question: Question | None, answer: Mapping) -> bool:
    """Say whether an answer can be given to a question as it is asked today."""
    if question is None or "value" not in answer:
        return False
    known = {option.value for option in question.options}
    value = answer["value"]
    return not known or all(one in known for one in (value if isinstance(value, list) else [value]))


def fitting_row(answers: Answers) -> dict[str, Mapping]:
    """Return what of an offered row can be answered today; nothing when its substance can't."""
    section = BY_KEY["substances"]
    kept = {name: one for name, one in answers.items() if fits(section.question(name), one)}
    return kept if "substance" in kept else {}


def standing(offered: Mapping, present: Mapping | None) -> Standing:
    """Compare an offered answer with the present one (None: not asked)."""
    if present is None:
        return Standing.OPEN
    return Standing.SAME if present == offered else Standing.DIFFERS


def standing_of_row(offered: Answers, rows: list[Answers]) -> Standing:
    """Compare an offered substance row with the rows on the list: by which substance it is."""
    named = [row for row in rows if row.get("substance") == offered["substance"]]
    if not named:
        return Standing.OPEN
    same = any(all(row.get(name) == answer for name, answer in offered.items()) for row in named)
    return Standing.SAME if same else Standing.DIFFERS
