"""What has to be asked before a clinician gets the assessment."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.answers import value_of, was_asked
from intake.questions import REPEATABLE, SAFETY, SECTIONS
from intake.rules.facts import Facts, SafetyAnswers, UseRow
from intake.substances import is_unusual


@dataclass(frozen=True)
class Gap:
    """Something that blocks sending: where it is (section and field) and what to do about it."""

    section: str
    field: str
    sentence: str


def gaps(facts: Facts) -> tuple[Gap, ...]:
    """Everything that blocks sending, in page order.

    "Doesn't know" and "prefers not to say" are answers: only what was not asked blocks.
    """
    found = [*_safety_gaps(facts.checks)]
    for section in SECTIONS:
        if section.key == REPEATABLE:
            found += _row_gaps(facts.rows)
        answers = facts.sections.get(section.key, {})
        found += [
            Gap(section.key, question.name, f"Ask: {question.label}")
            for question in section.questions
            if question.required_to_send and not was_asked(answers, question.name)
        ]
    return tuple(found)


def _safety_gaps(checks: Sequence[SafetyAnswers]) -> list[Gap]:
    if not checks:
        return [Gap(SAFETY.key, "", "Ask the safety questions")]
    found = []
    if any(check.open_emergency for check in checks):
        found.append(Gap(SAFETY.key, "disposition", "Write down what was done about the emergency"))
    latest = checks[-1].answers
    found += [
        Gap(SAFETY.key, question.name, f"Ask: {question.label}")
        for question in SAFETY.questions
        if not was_asked(latest, question.name)
    ]
    return found


def _row_gaps(rows: Sequence[UseRow]) -> list[Gap]:
    found = []
    for number, row in enumerate(rows, start=1):
        if not was_asked(row.answers, "substance"):
            sentence = f"Choose the substance in row {number}, or remove the row"
            found.append(Gap(REPEATABLE, f"{row.id}-substance", sentence))
        if not (was_asked(row.answers, "last_use") or was_asked(row.answers, "last_use_at")):
            sentence = f"Ask when the substance in row {number} was last used"
            found.append(Gap(REPEATABLE, f"{row.id}-last_use", sentence))
        if is_unusual(row.answers) and value_of(row.answers, "amount_confirmed") != "yes":
            found += _unusual_gap(number, row)
    return found


def _unusual_gap(number: int, row: UseRow) -> list[Gap]:
    """An unusual amount is kept as it is; it is read back once, and a "no" asks for the right one."""
    if value_of(row.answers, "amount_confirmed") == "no":
        return [Gap(REPEATABLE, f"{row.id}-amount", f"Correct the amount in row {number}")]
    if was_asked(row.answers, "amount_confirmed"):
        return []
    sentence = f"The amount in row {number} is more than most people report. Ask whether it is right"
    return [Gap(REPEATABLE, f"{row.id}-amount_confirmed", sentence)]
