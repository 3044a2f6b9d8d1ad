"""The tables of programs, one module per concept."""

from programs.models.admission import Admission
from programs.models.bed import Bed, BedUse
from programs.models.care_contact import CareContact
from programs.models.care_plan import CarePlan
from programs.models.claim import ReviewClaim
from programs.models.clearance import ClearanceLimit, ClearanceStatusChange, MedicalClearance
from programs.models.clearance_warning import ClearanceWarning
from programs.models.decision import Determination, Recommendation
from programs.models.family import FamilyAttendance, FamilyMember, FamilySession
from programs.models.follow_up import FollowUp, FollowUpTry
from programs.models.leave import PlannedLeave
from programs.models.next_step import NextStep
from programs.models.open_item import OpenItem
from programs.models.passing import PassedOver
from programs.models.preparation import ArrivalPlan, ChecklistItem
from programs.models.prescriber_call import PrescriberCall, PrescriberTry
from programs.models.program import Program
from programs.models.program_revision import ProgramRevision
from programs.models.slot import SlotHold
from programs.models.stay_move import StayMove
from programs.models.step_review import StepReview
from programs.models.undo import AdmissionUndo
from programs.models.waitlist import PlaceOffer, WaitingCheck, WaitlistEntry

__all__ = [
    "Admission",
    "AdmissionUndo",
    "ArrivalPlan",
    "Bed",
    "BedUse",
    "CareContact",
    "CarePlan",
    "ChecklistItem",
    "ClearanceLimit",
    "ClearanceStatusChange",
    "ClearanceWarning",
    "Determination",
    "FamilyAttendance",
    "FamilyMember",
    "FamilySession",
    "FollowUp",
    "FollowUpTry",
    "MedicalClearance",
    "NextStep",
    "OpenItem",
    "PassedOver",
    "PlaceOffer",
    "PlannedLeave",
    "PrescriberCall",
    "PrescriberTry",
    "Program",
    "ProgramRevision",
    "Recommendation",
    "ReviewClaim",
    "SlotHold",
    "StayMove",
    "StepReview",
    "WaitingCheck",
    "WaitlistEntry",
]
