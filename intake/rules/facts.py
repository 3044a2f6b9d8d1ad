"""Everything an assessment knows, as plain data for the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from intake.answers import Answers
from intake.rules.readings import Reading


@dataclass(frozen=True)
class UseRow:
    """One substance row: its id, its answers, and the upper bound of its last use."""

    answers: Answers
    last_use_latest: datetime | None = None
    id: str = ""


@dataclass(frozen=True)
class SafetyAnswers:
    """One asking of the safety check. `open_emergency`: a yes, and nobody wrote what was done yet."""

    answers: Answers
    open_emergency: bool = False


@dataclass(frozen=True)
class ToldUse:
    """A use that was reported beside the answers, in free words. `at`: the latest moment it can have been."""

    substance: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """An assessment's answers by section, its substance rows, the safety checks and the instruments.

    Checks, instruments and what was `told` of use are of the episode, oldest first; what was corrected is
    not among them.
    """

    sections: Mapping[str, Answers] = field(default_factory=dict)
    rows: Sequence[UseRow] = ()
    checks: Sequence[SafetyAnswers] = ()
    date_of_birth: date | None = None
    readings: Sequence[Reading] = ()
    told: Sequence[ToldUse] = ()
