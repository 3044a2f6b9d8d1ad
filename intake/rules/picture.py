"""The input of the detox rules, built from answers. What is not known stays out: absent is never "no"."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from intake.answers import Answers, value_of
from intake.questions import SAFETY, SECTIONS
from intake.questions.base import Question
from intake.questions.safety import SUICIDE
from intake.rules.facts import Facts, SafetyAnswers, UseRow
from intake.rules.last_use import hours_since
from intake.substances import BY_CODE, Substance, daily_amount

_WORSE_SUICIDALITY = ("active_now", "high")
_ROW_KEYS = "substances"


def build_picture(facts: Facts, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The detox input of these facts at `now`; ages are counted on the calendar of `zone`."""
    picture: dict[str, Any] = {}
    for section in SECTIONS:
        answers = facts.sections.get(section.key, {})
        for question in section.questions:
            _put(picture, question.rule_key, rule_value(question, answers))
    _put_age(picture, facts.date_of_birth, now.astimezone(zone).date())
    _put_safety(picture, facts.checks)
    substances = _substances(facts.rows, now)
    if substances:
        picture[_ROW_KEYS] = substances
    complete = picture.pop("substance_list_complete", None)
    if complete is not None:
        picture["substance_list_complete"] = complete == "yes"
    return picture


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
    """The latest check counts; a yes of an earlier one stays until somebody wrote what was done."""
    for question in SAFETY.questions:
        value = value_of(checks[-1].answers, question.name) if checks else None
        if any(c.open_emergency and value_of(c.answers, question.name) == "yes" for c in checks):
            value = "yes"
        if question.name == SUICIDE:
            if value == "yes" and picture.get("suicidality") not in _WORSE_SUICIDALITY:
                picture["suicidality"] = "active_now"
        else:
            _put(picture, question.rule_key, value)


def _substances(rows: Sequence[UseRow], now: datetime) -> dict[str, dict]:
    """Rows by code; a row with answers but no substance named counts as `other`."""
    grouped: dict[str, list[UseRow]] = {}
    for row in rows:
        if row.answers:
            grouped.setdefault(value_of(row.answers, "substance") or "other", []).append(row)
    return {code: _entry(code, group, now) for code, group in grouped.items()}


def _entry(code: str, rows: list[UseRow], now: datetime) -> dict[str, Any]:
    known = BY_CODE.get(code) or BY_CODE["other"]
    amounts = [_amount(code, row.answers) for row in rows]
    days = [value_of(row.answers, "days_per_week") for row in rows]
    months = [value_of(row.answers, "duration_months") for row in rows]
    hours = [hours_since(row.answers, row.last_use_latest, now=now) for row in rows]
    entry = {
        "amount": _total(amounts, known),
        "days_per_week": _days(days, known.unknown_days),
        "duration_months": _highest(months, known.unknown_months),
        "hours_since_last": None if None in hours else min(hour for hour in hours if hour is not None),
    }
    if all(value_of(row.answers, "prescribed_stable") == "yes" for row in rows):
        entry["prescribed_stable"] = True
    return {key: value for key, value in entry.items() if value is not None}


def _amount(code: str, row: Answers) -> float | None:
    return daily_amount(
        code,
        value_of(row, "amount"),
        value_of(row, "unit"),
        value_of(row, "times_a_day"),
        value_of(row, "strength_mg"),
    )


def _total(amounts: list[float | None], substance: Substance) -> float | None:
    """The sum; with an unknown among them only when the known part is more than the rules assume."""
    total = round(sum(amount for amount in amounts if amount is not None), 6)
    if None not in amounts:
        return total
    return total if total > substance.unknown_amount > 0 else None


def _days(values: list[float | None], assumed: float) -> float | None:
    """Days of use together: rows may be on different days, so they add up, to at most the whole week."""
    total = min(sum(value for value in values if value is not None), 7)
    if None not in values:
        return total
    return total if total > assumed else None


def _highest(values: list[float | None], assumed: float) -> float | None:
    """The highest; with an unknown among them only when it is more than the rules assume."""
    highest = max((value for value in values if value is not None), default=None)
    if None not in values or highest is None:
        return highest
    return highest if highest > assumed else None
