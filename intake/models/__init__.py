"""The tables of intake, one module per concept."""

from intake.models.assessment import (
    Assessment,
    AssessmentSection,
    AssessmentStatusChange,
    SectionRevision,
    SubstanceUse,
)
from intake.models.call_attempt import CallAttempt
from intake.models.contact_request import ContactAmendment, ContactRequest
from intake.models.episode import Episode
from intake.models.reported_use import ReportedUse
from intake.models.safety import SafetyCheck

__all__ = [
    "Assessment",
    "AssessmentSection",
    "AssessmentStatusChange",
    "CallAttempt",
    "ContactAmendment",
    "ContactRequest",
    "Episode",
    "ReportedUse",
    "SafetyCheck",
    "SectionRevision",
    "SubstanceUse",
]
