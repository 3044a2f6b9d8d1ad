"""What rests on a lawful basis other than consent, made as staff do it."""

from records.actions.emergencies import tell_medical_staff
from records.choices import Category, Medium
from records.door.emergency import MedicalEmergency
from records.models import EmergencyDisclosure

EMERGENCY = {
    "personnel_name": "Dr. Noor Haddad",
    "personnel_affiliation": "Mercy Hospital, emergency room",
    "nature": "Found unconscious, slow breathing",
    "no_consent_why": "Can't be woken, or confused",
}


def make_emergency(by, person, *, chosen=(Category.IDENTITY,), **facts) -> EmergencyDisclosure:
    """Tell medical staff by phone."""
    packet = tell_medical_staff(
        person=person, emergency=MedicalEmergency(**{**EMERGENCY, **facts}), chosen=chosen,
        medium=Medium.PHONE, by=by,
    )  # fmt: skip
    return EmergencyDisclosure.objects.get(disclosures=packet.id)
