"""The tables of intake, one module per concept."""

from intake.models.assessment import (
    Assessment,
    AssessmentSection,
    AssessmentStatusChange,
    SectionRevision,
    SubstanceUse,
)
from intake.models.episode import Episode
from intake.models.safety import SafetyCheck

__all__ = [
    "Assessment",
    "AssessmentSection",
    "AssessmentStatusChange",
    "Episode",
    "SafetyCheck",
    "SectionRevision",
    "SubstanceUse",
]
