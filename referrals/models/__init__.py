"""The tables of the referral loop, one module per concept."""

from referrals.models.ask import PartnerAsk
from referrals.models.confirmation import FacilityConfirmation
from referrals.models.directory import (
    FacilityAgreement,
    FacilityContact,
    FacilityRevision,
    ZipCentroid,
)
from referrals.models.directory_import import DirectoryImport
from referrals.models.facility import CapacityReport, Facility, OutsideUse
from referrals.models.late_answer import LateAnswer
from referrals.models.link import PartnerLink
from referrals.models.match_decision import MatchDecision
from referrals.models.message import OfferMessage
from referrals.models.offer import Offer, OfferStatusChange
from referrals.models.packet import FaxLog, Packet
from referrals.models.person_call import PersonCall
from referrals.models.referral import Referral

__all__ = [
    "CapacityReport",
    "DirectoryImport",
    "Facility",
    "FacilityAgreement",
    "FacilityConfirmation",
    "FacilityContact",
    "FacilityRevision",
    "FaxLog",
    "LateAnswer",
    "MatchDecision",
    "Offer",
    "OfferMessage",
    "OfferStatusChange",
    "OutsideUse",
    "Packet",
    "PartnerAsk",
    "PartnerLink",
    "PersonCall",
    "Referral",
    "ZipCentroid",
]
