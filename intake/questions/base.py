"""What a question is: frozen data that forms, gaps, pictures and tests all read."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """How an answer is given and kept."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    WHOLE = "whole"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    MULTI = "multi"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Choice:
    """One option of a question: what is stored and what is read."""

    value: str
    label: str


@dataclass(frozen=True)
class When:
    """What opens a question: the answer to another question of the same section, or of the same row.

    One of `values` was given, or a number higher than `above`.
    """

    question: str
    values: tuple[str, ...] = ()
    above: float | None = None


@dataclass(frozen=True)
class Question:
    """One question to the person.

    `rule_key` names the input key of the decision rules that it feeds (dotted for keys inside an object),
    `rule_map` translates stored values to the rules' words; a value missing from the map is not known.
    `required_to_send`: the question must have been asked before a clinician gets the assessment.
    `shown_when`: any of these opens the question; none means that it is always asked. An answer to a question
    that closes again is kept.
    `say` and `do`, for questions about safety: the words for the caller, and what staff do, when it's a yes.
    """

    name: str
    label: str
    kind: Kind
    help: str = ""
    choices: tuple[Choice, ...] = ()
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    past_only: bool = False
    required_to_send: bool = False
    rule_key: str = ""
    rule_map: MappingProxyType | None = None
    group: str = ""
    shown_when: tuple[When, ...] = ()
    say: str = ""
    do: tuple[str, ...] = ()

    @property
    def options(self) -> tuple[Choice, ...]:
        """The choices a person picks from; yes and no when the question is of that kind."""
        return YES_NO if self.kind == Kind.YES_NO else self.choices

    @property
    def is_radio(self) -> bool:
        """Whether exactly one option is picked."""
        return self.kind in (Kind.CHOICE, Kind.YES_NO)


@dataclass(frozen=True)
class Section:
    """One page of the assessment; `row_questions` are asked again for every row of a repeatable section."""

    key: str
    title: str
    domain: str
    intro: str
    questions: tuple[Question, ...]
    row_questions: tuple[Question, ...] = ()

    def question(self, name: str) -> Question | None:
        """The question of this name, in the section or in its rows."""
        return next((q for q in (*self.questions, *self.row_questions) if q.name == name), None)


YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))


def choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    """Options from (value, label) pairs."""
    return tuple(Choice(value, label) for value, label in pairs)


def opened_by(question: str, *values: str, above: float | None = None) -> tuple[When, ...]:
    """One condition: an answer to `question` that is among `values`, or a number higher than `above`."""
    return (When(question, values, above),)


def mapped(**values: str) -> MappingProxyType:
    """A fixed translation from stored values to the rules' words."""
    return MappingProxyType(values)
