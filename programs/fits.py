"""The programs that may be chosen for a person, each with what fits what they told and what does not."""

from dataclasses import dataclass
from typing import Any

from intake.answers import value_of
from programs.choices_programs import Operator
from programs.models import Program
from programs.offers import offer_of
from programs.queries_programs import offers_for
from programs.rules.fit import ASK, NO, YES, Finding, fit
from programs.wishes import Told

_READ = (
    ("goals", ("preferences", "setting_wish", "language_care", "access_needs")),
    ("social", ("veteran", "can_take_leave", "work_hours")),
    ("mental", ("diagnoses",)),
    ("health", ("mat_current",)),
)
LABELS = {YES: "Fits", NO: "Does not fit", ASK: "Ask"}
FAMILIES = {YES: "success", NO: "attention", ASK: "info"}


@dataclass(frozen=True)
class Compared:
    """One program, and each finding with its chip."""

    program: Program
    rows: tuple[tuple[str, str, str], ...]


def compared(user: Any, sections: Told, level: str) -> list[Compared]:
    """Return the center's open programs of a level (of every level, when none was decided), by their names.

    Each stands there whatever fits; the order is that of the alphabet.
    """
    told = {name: value_of(sections.get(key, {}), name) for key, names in _READ for name in names}
    if not any(told.values()):
        return []
    found = offers_for(user).filter(active=True, operated_by=Operator.CENTER).order_by("name")
    if level:
        found = found.filter(level=level)
    return [Compared(one, tuple(map(_row, fit(offer_of(one), told)))) for one in found]


def _row(one: Finding) -> tuple[str, str, str]:
    return FAMILIES[one.verdict], LABELS[one.verdict], one.words
