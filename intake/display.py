"""Answers in words, for pages that show them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from config.templatetags.ui import clock_day, day
from intake.answers import MISSING_WORDS, NOT_ASKED_WORDS
from intake.questions import Kind, Question


def words(question: Question, answer: Mapping[str, Any] | None) -> str:
    """What was answered, as people read it; says so when nothing was asked or answered."""
    if answer is None:
        return NOT_ASKED_WORDS
    if "missing" in answer:
        return MISSING_WORDS[answer["missing"]]
    return _value(question, answer["value"])


def _value(question: Question, value: Any) -> str:
    labels = {option.value: option.label for option in question.options}
    if question.kind == Kind.MULTI:
        return ", ".join(labels.get(one, one) for one in value)
    if question.is_radio:
        return labels.get(value, value)
    if question.kind == Kind.DATETIME:
        return clock_day(datetime.fromisoformat(value))
    if question.kind == Kind.DATE:
        return day(date.fromisoformat(value))
    return f"{value} {question.unit}".strip()
