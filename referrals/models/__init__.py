"""The tables of the referral loop, one module per concept."""

from referrals.models.facility import CapacityReport, Facility
from referrals.models.link import PartnerLink
from referrals.models.message import OfferMessage
from referrals.models.offer import Offer, OfferStatusChange
from referrals.models.referral import Referral

__all__ = [
    "CapacityReport",
    "Facility",
    "Offer",
    "OfferMessage",
    "OfferStatusChange",
    "PartnerLink",
    "Referral",
]
