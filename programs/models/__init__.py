"""The tables of programs, one module per concept."""

from programs.models.admission import Admission
from programs.models.bed import Bed, BedUse, Program
from programs.models.clearance import ClearanceLimit, ClearanceStatusChange, MedicalClearance
from programs.models.decision import Determination, Recommendation

__all__ = [
    "Admission",
    "Bed",
    "BedUse",
    "ClearanceLimit",
    "ClearanceStatusChange",
    "Determination",
    "MedicalClearance",
    "Program",
    "Recommendation",
]
