"""What is offered for an assessment from elsewhere, beside what is answered now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intake.display import words
from intake.models import Assessment, Prefill
from intake.questions import BY_KEY, REPEATABLE
from intake.rules.prefill import Standing, fits, fitting_row, standing, standing_of_row


@dataclass(frozen=True)
class Offer:
    """One offered answer, in words, and how it stands to the present answer."""

    prefill: Prefill
    label: str
    answer: Mapping[str, Any]
    standing: Standing

    @property
    def words(self) -> str:
        """What was said then, as people read it; empty for a whole substance row."""
        question = BY_KEY[self.prefill.section].question(self.prefill.field)
        return words(question, self.answer) if question else ""

    @property
    def details(self) -> list[tuple[str, str]]:
        """The answers of a substance row as (question, words); empty for a single answer."""
        if self.prefill.field:
            return []
        asked = [one for one in BY_KEY[REPEATABLE].row_questions if one.name != "substance"]
        return [(one.label, words(one, self.answer[one.name])) for one in asked if one.name in self.answer]

    @property
    def is_open(self) -> bool:
        """Whether nothing is answered yet in its place."""
        return self.standing == Standing.OPEN


def waiting_of(assessment: Assessment) -> list[Prefill]:
    """Return the offers of the episode that nobody has decided about, in page order. One query."""
    rows = Prefill.objects.filter(episode=assessment.episode_id, decision="")
    return list(rows.order_by("section", "position", "id"))


def offers_of(assessment: Assessment, waiting: Iterable[Prefill]) -> list[Offer]:
    """Return offers with their standing; those that can't be given today are left out. Two queries."""
    waiting = list(waiting)
    if not waiting:
        return []
    answers = {section.key: section.answers for section in assessment.sections.all()}
    rows = [row.details for row in assessment.substance_rows.filter(removed_at__isnull=True)]
    found = (_offer(one, answers.get(one.section, {}), rows) for one in waiting)
    return [one for one in found if one is not None]


def _offer(one: Prefill, answers: Mapping, rows: list[Mapping]) -> Offer | None:
    if one.field:
        question = BY_KEY[one.section].question(one.field)
        if question is None or not fits(question, one.offered):
            return None
        return Offer(one, question.label, one.offered, standing(one.offered, answers.get(one.field)))
    row = fitting_row(one.offered)
    if not row:
        return None
    label = words(BY_KEY[REPEATABLE].question("substance"), row["substance"])
    return Offer(one, label, row, standing_of_row(row, rows))


def offers_for_section(assessment: Assessment, section: str) -> list[Offer]:
    """Return what is still offered for one section; what is answered the same already is not shown."""
    waiting = [one for one in waiting_of(assessment) if one.section == section]
    return [one for one in offers_of(assessment, waiting) if one.standing != Standing.SAME]
