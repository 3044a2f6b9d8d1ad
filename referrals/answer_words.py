"""Answers as a packet tells them: the words of the page, and for a non-answer which kind it is."""

from datetime import date, datetime
from typing import Any

from config.templatetags.ui import day
from intake.answers import MISSING_WORDS, value_of
from intake.questions.base import Kind, Question
from referrals.need import in_words


def told_day(iso: str | None) -> str:
    """Put an ISO date into words."""
    return day(date.fromisoformat(iso)) if iso else "Not known"


def words(question: Question, answers: Any) -> str:
    """Put an answer into words; a non-answer says which kind it is."""
    answer = answers[question.name]
    if "missing" in answer:
        return MISSING_WORDS[answer["missing"]]
    value = value_of(answers, question.name)
    labels = {choice.value: choice.label for choice in question.options}
    if isinstance(value, list):
        return ", ".join(labels.get(one, str(one)) for one in value)
    if question.kind == Kind.DATE:
        return told_day(str(value))
    if question.kind == Kind.DATETIME:
        moment = datetime.fromisoformat(str(value))
        return in_words(moment.isoformat())
    text = labels.get(value, f"{value:g}" if isinstance(value, float) else str(value))
    return f"{text} {question.unit}".strip()
