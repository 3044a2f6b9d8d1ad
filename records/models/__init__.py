"""The tables of records, one module per concept."""

from records.models import counseling as _counseling  # noqa: F401 - known to Django, named by nobody here
from records.models.access_check import IdentityCheck
from records.models.agreement import Agreement
from records.models.break_glass import BreakGlass
from records.models.care_team import CareTeam
from records.models.complaint import Complaint
from records.models.confirmation import Confirmation
from records.models.consent import Consent, ConsentRecipient, ConsentRevocation
from records.models.data_key import DataKey
from records.models.disclosure import Disclosure
from records.models.document import Document
from records.models.emergency import EmergencyDisclosure
from records.models.incident import Incident, IncidentDuty, IncidentPerson, IncidentStep, IncidentTask
from records.models.legal import CourtOrder, LegalRequest, Mandate
from records.models.merge import DifferentPeople, PersonMerge
from records.models.notice import NoticeGiven, PatientNotice
from records.models.paper import ConsentPaper
from records.models.person import Person
from records.models.recipient import Recipient
from records.models.report import MandatedReport
from records.models.restriction import Restriction
from records.models.review import Review
from records.models.rights_request import RightsRequest
from records.models.sealed import SealedManager, SealedModel
from records.models.signing import ConsentSignature, SigningInvitation
from records.models.status_evidence import StatusEvidence
from records.models.trusted import TrustedContact
from records.models.withdrawal import WithdrawalNotice

__all__ = [
    "Agreement",
    "BreakGlass",
    "CareTeam",
    "Complaint",
    "Confirmation",
    "Consent",
    "ConsentPaper",
    "ConsentRecipient",
    "ConsentRevocation",
    "ConsentSignature",
    "CourtOrder",
    "DataKey",
    "DifferentPeople",
    "Disclosure",
    "Document",
    "EmergencyDisclosure",
    "IdentityCheck",
    "Incident",
    "IncidentDuty",
    "IncidentPerson",
    "IncidentStep",
    "IncidentTask",
    "LegalRequest",
    "Mandate",
    "MandatedReport",
    "NoticeGiven",
    "PatientNotice",
    "Person",
    "PersonMerge",
    "Recipient",
    "Restriction",
    "Review",
    "RightsRequest",
    "SealedManager",
    "SealedModel",
    "SigningInvitation",
    "StatusEvidence",
    "TrustedContact",
    "WithdrawalNotice",
]
