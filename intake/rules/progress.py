"""How far each section is: what was asked, what still blocks, what staff called complete."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.answers import was_asked
from intake.questions import REPEATABLE, SECTIONS, Section
from intake.rules.facts import Facts
from intake.rules.gaps import Gap


@dataclass(frozen=True)
class SectionProgress:
    """One section: `asked` of `total` questions, and how many gaps of it block sending."""

    key: str
    title: str
    domain: str
    asked: int
    total: int
    gaps: int
    completed: bool

    @property
    def percent(self) -> int:
        """Whole percent of the questions that were asked."""
        return self.asked * 100 // self.total if self.total else 0


def progress(facts: Facts, gaps: Collection[Gap], completed: Collection[str]) -> tuple[SectionProgress, ...]:
    """The progress of every section, in page order. `completed` are the keys that staff marked."""
    return tuple(_of(section, facts, gaps, section.key in completed) for section in SECTIONS)


def _of(section: Section, facts: Facts, gaps: Collection[Gap], completed: bool) -> SectionProgress:
    answers = facts.sections.get(section.key, {})
    asked = sum(was_asked(answers, question.name) for question in section.questions)
    total = len(section.questions)
    if section.key == REPEATABLE:
        names = [question.name for question in section.row_questions]
        asked += sum(was_asked(row.answers, name) for row in facts.rows for name in names)
        total += len(facts.rows) * len(names)
    blocking = sum(gap.section == section.key for gap in gaps)
    return SectionProgress(section.key, section.title, section.domain, asked, total, blocking, completed)


def domains(sections: Collection[SectionProgress]) -> tuple[tuple[str, int], ...]:
    """The five domains of the assessment with the percent asked of each."""
    totals: dict[str, list[int]] = {}
    for one in sections:
        counts = totals.setdefault(one.domain, [0, 0])
        counts[0] += one.asked
        counts[1] += one.total
    return tuple((domain, asked * 100 // total if total else 0) for domain, (asked, total) in totals.items())
