"""The input of the detox rules, built from answers. What is not known stays out: absent is never "no"."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.answers import Answers, value_of, was_asked
from intake.questions import SAFETY, SECTIONS
from intake.questions.base import Question
from intake.questions.mental import STATES
from intake.questions.safety import SUICIDE
from intake.rules.facts import Facts, SafetyAnswers
from intake.rules.medicines import check_medicines, major_interaction
from intake.rules.readings import Reading, inputs, worse_suicidality
from intake.rules.uses import substances_of

_WORSE_SUICIDALITY = ("active_now", "high")
_ROW_KEYS = "substances"
_SUICIDALITY = "suicidality"
_STATES = frozenset(code for code, _ in STATES)


def build_picture(facts: Facts, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The detox input of these facts at `now`; ages are counted on the calendar of `zone`."""
    picture: dict[str, Any] = {}
    for section in SECTIONS:
        answers = facts.sections.get(section.key, {})
        for question in section.questions:
            _put(picture, question.rule_key, rule_value(question, answers))
    _put_age(picture, facts.date_of_birth, now.astimezone(zone).date())
    _put_safety(picture, facts.checks)
    _put_state(picture, facts.sections.get("mental", {}))
    _put_readings(picture, facts.readings)
    substances = substances_of(facts, now)
    if substances:
        picture[_ROW_KEYS] = substances
    _put(picture, "major_interaction", major_interaction(check_medicines(facts), picture))
    complete = picture.pop("substance_list_complete", None)
    if complete is not None and not _left_open(facts.sections.get(_ROW_KEYS, {})):
        picture["substance_list_complete"] = complete == "yes"
    return picture


def _left_open(answers: Answers) -> bool:
    """Whether the substances read out by name got no answer: then a complete list is not known."""
    return was_asked(answers, "asked_by_name") and value_of(answers, "asked_by_name") is None


def _put_state(picture: dict, answers: Answers) -> None:
    """Confusion, hallucinations or delusions seen now are the emergency sign, wherever they were noted."""
    if _STATES & set(value_of(answers, "mental_state_now") or ()):
        _put(picture, "red_flags.confusion_or_hallucination", "yes")


def rule_value(question: Question, answers: Answers) -> Any:
    """What an answer means to the rules; None when it means nothing known."""
    value = value_of(answers, question.name)
    if value is None or not question.rule_key:
        return None
    return value if question.rule_map is None else question.rule_map.get(value)


def _put(picture: dict, key: str, value: Any) -> None:
    if value is None or not key:
        return
    head, _, tail = key.partition(".")
    if tail:
        picture.setdefault(head, {})[tail] = value
    else:
        picture[head] = value


def _put_age(picture: dict, born: date | None, today: date) -> None:
    """A date of birth decides over a stated age."""
    if born is None:
        return
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if 0 <= age <= 130:
        picture["age"] = age


def _put_safety(picture: dict, checks: Sequence[SafetyAnswers]) -> None:
    """The latest check counts; a yes of an earlier one stays until somebody wrote what was done.

    Then a later no is not enough to rule it out: it counts as not known, which a clinician has to look at.
    """
    for question in SAFETY.questions:
        value = value_of(checks[-1].answers, question.name) if checks else None
        raised = [check for check in checks if value_of(check.answers, question.name) == "yes"]
        if any(check.open_emergency for check in raised):
            value = "yes"
        elif raised and value != "yes":
            value = "unknown"
        if question.name == SUICIDE:
            _put_suicide(picture, value)
        else:
            _put(picture, question.rule_key, value)


def _put_suicide(picture: dict, value: str | None) -> None:
    """A yes is danger now. "None" elsewhere doesn't answer what was not known, not said or not asked here."""
    if value == "yes" and picture.get(_SUICIDALITY) not in _WORSE_SUICIDALITY:
        picture[_SUICIDALITY] = "active_now"
    elif value not in ("yes", "no") and picture.get(_SUICIDALITY) == "none":
        picture[_SUICIDALITY] = "unknown"


def _put_readings(picture: dict, readings: Sequence[Reading]) -> None:
    """Measures as they are; a suicide screen only raises what was answered."""
    for key, found in inputs(readings).items():
        if key == _SUICIDALITY:
            picture[key] = worse_suicidality(picture.get(key), found.value)
        else:
            picture[key] = found.value
