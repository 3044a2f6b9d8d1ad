"""Which questions are open: those always asked, and those that another answer opens."""

from collections.abc import Sequence

from intake.answers import Answers, value_of, was_asked
from intake.questions.base import Question, When
from intake.substances import UNUSUAL, is_unusual


def is_open(question: Question, answers: Answers) -> bool:
    """Whether a question is to be asked, given the answers of its section or row. An answered one stays."""
    if not question.shown_when or was_asked(answers, question.name):
        return True
    return any(_holds(when, answers) for when in question.shown_when)


def open_questions(questions: Sequence[Question], answers: Answers) -> tuple[Question, ...]:
    """The open ones among `questions`, in order."""
    return tuple(question for question in questions if is_open(question, answers))


def _holds(when: When, answers: Answers) -> bool:
    if when.question == UNUSUAL:
        return is_unusual(answers)
    value = value_of(answers, when.question)
    if when.above is not None:
        return isinstance(value, int | float) and value > when.above
    given = value if isinstance(value, list) else [value]
    return bool(set(when.values) & set(given))
