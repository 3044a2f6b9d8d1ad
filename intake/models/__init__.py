"""The tables of intake, one module per concept."""

from intake.models.assessment import (
    Assessment,
    AssessmentSection,
    AssessmentStatusChange,
    SectionRevision,
    SubstanceUse,
)
from intake.models.authorization import Authorization, AuthorizationUse
from intake.models.call_attempt import CallAttempt
from intake.models.callback import Callback, CallbackTry
from intake.models.contact_request import ContactAmendment, ContactRequest
from intake.models.coverage import BenefitCheck, Policy
from intake.models.episode import Episode
from intake.models.instrument import InstrumentRecord, SafetyFollowUp
from intake.models.paper_form import PaperForm
from intake.models.pause import Pause, PauseCall
from intake.models.paying import OtherWay, SelfPayEstimate, SelfPayRate
from intake.models.prefill import Prefill
from intake.models.presence import Presence
from intake.models.reported_use import ReportedUse
from intake.models.request_person import RequestNotPerson
from intake.models.review_question import ReviewQuestion
from intake.models.safety import SafetyAddition, SafetyCheck, ScreenConfirmed

__all__ = [
    "Assessment",
    "AssessmentSection",
    "AssessmentStatusChange",
    "Authorization",
    "AuthorizationUse",
    "BenefitCheck",
    "CallAttempt",
    "Callback",
    "CallbackTry",
    "ContactAmendment",
    "ContactRequest",
    "Episode",
    "InstrumentRecord",
    "OtherWay",
    "PaperForm",
    "Pause",
    "PauseCall",
    "Policy",
    "Prefill",
    "Presence",
    "ReportedUse",
    "RequestNotPerson",
    "ReviewQuestion",
    "SafetyAddition",
    "SafetyCheck",
    "SafetyFollowUp",
    "ScreenConfirmed",
    "SectionRevision",
    "SelfPayEstimate",
    "SelfPayRate",
    "SubstanceUse",
]
