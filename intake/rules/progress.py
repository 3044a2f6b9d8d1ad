"""How far each section is: what was asked, what still blocks, what staff called complete."""

from collections.abc import Collection
from dataclasses import dataclass

from intake.answers import was_asked
from intake.questions import REPEATABLE, SECTIONS, Section
from intake.rules.facts import Facts
from intake.rules.gaps import Gap
from intake.rules.opened import open_questions


@dataclass(frozen=True)
class SectionProgress:
    """One section: `asked` of `total` open questions, and how many gaps of it block sending."""

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
    pages = [(section.questions, facts.sections.get(section.key, {}))]
    if section.key == REPEATABLE:
        pages += [(section.row_questions, row.answers) for row in facts.rows]
    asked = total = 0
    for questions, answers in pages:
        to_ask = open_questions(questions, answers)
        asked += sum(was_asked(answers, question.name) for question in to_ask)
        total += len(to_ask)
    blocking = sum(gap.section == section.key for gap in gaps)
    return SectionProgress(section.key, section.title, section.domain, asked, total, blocking, completed)


def percent_asked(sections: Collection[SectionProgress]) -> int:
    """Whole percent of all questions that were asked."""
    total = sum(one.total for one in sections)
    return sum(one.asked for one in sections) * 100 // total if total else 0


def domains(sections: Collection[SectionProgress]) -> tuple[tuple[str, int], ...]:
    """The five domains of the assessment with the percent asked of each."""
    totals: dict[str, list[int]] = {}
    for one in sections:
        counts = totals.setdefault(one.domain, [0, 0])
        counts[0] += one.asked
        counts[1] += one.total
    return tuple((domain, asked * 100 // total if total else 0) for domain, (asked, total) in totals.items())
