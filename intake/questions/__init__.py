"""The questions of the assessment, as data: one module per section."""

from types import MappingProxyType

from intake.questions import goals, health, mental, safety, signs, social, substances, withdrawal
from intake.questions.base import Choice, Kind, Question, Section, When

SAFETY = safety.SECTION
SECTIONS: tuple[Section, ...] = (
    substances.SECTION,
    withdrawal.SECTION,
    health.SECTION,
    mental.SECTION,
    signs.SECTION,
    social.SECTION,
    goals.SECTION,
)
BY_KEY = MappingProxyType({section.key: section for section in SECTIONS})
REPEATABLE = substances.SECTION.key

__all__ = ["BY_KEY", "REPEATABLE", "SAFETY", "SECTIONS", "Choice", "Kind", "Question", "Section", "When"]
