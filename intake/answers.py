"""Answers have four values: a value, doesn't know, prefers not to say, or not asked (absent).

An answer is {"value": v} or {"missing": "unknown" | "declined"}; a question that is not in the mapping was
not asked. Nothing here ever turns an absent answer into "no".
"""

from collections.abc import Mapping
from typing import Any

Answer = Mapping[str, Any]
Answers = Mapping[str, Answer]

UNKNOWN = "unknown"
DECLINED = "declined"
MISSING_WORDS = {UNKNOWN: "Doesn't know", DECLINED: "Prefers not to say"}
NOT_ASKED_WORDS = "Not asked"


def value_of(answers: Answers, name: str) -> Any:
    """The value given to a question; None when there is none."""
    answer = answers.get(name)
    return None if answer is None else answer.get("value")


def was_asked(answers: Answers, name: str) -> bool:
    """Whether the question was asked, even if the person did not know or did not want to say."""
    return answers.get(name) is not None
