"""What rests on a lawful basis other than consent, made as staff do it."""

import io
import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from config import clock
from config.clock import center_day
from records.actions import agreements, legal, restrictions, rights_requests
from records.actions.emergencies import tell_medical_staff
from records.choices import Category, Medium
from records.choices_door import TERMS_OF, AgreementKind, LegalRequestKind
from records.door.emergency import MedicalEmergency
from records.models import EmergencyDisclosure
from tests.factories.accounts import make_user
from tests.factories.records import make_recipient

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


def picture() -> SimpleUploadedFile:
    """A small scan, as uploaded."""
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    return SimpleUploadedFile("scan.png", out.getvalue(), "image/png")


def keeper() -> User:
    """The supervisor who keeps the registers."""
    found = User.objects.filter(email="keeper@demo.example").first()
    return found or make_user("supervisor", "keeper")


def make_court(name: str = "Henrico Circuit Court"):
    """The receiver that an order names."""
    return make_recipient(name, "other", legal_status="other_lawful_holder")


def make_order(person, recipient, **changes):
    """Register a live order under 2.64 over identity and substance use."""
    today = center_day(clock.now())
    given = {
        "kind": "noncriminal", "court": "Henrico Circuit Court", "case_number": "CL26-1182",
        "ordered_on": today - timedelta(days=3), "valid_until": today + timedelta(days=30),
        "categories": ["identity", "substance_use"], "notice_given": True, "opportunity_given": True,
        "covers_counseling_notes": False, **changes,
    }  # fmt: skip
    return legal.register_order(
        person=person, upload=picture(), recipient=recipient, new_recipient="", by=keeper(),
        submit_key=uuid.uuid4(), **given,
    )  # fmt: skip


def make_mandate(person, recipient, order=None, **changes):
    """Register a live subpoena."""
    today = center_day(clock.now())
    given = {
        "kind": "subpoena", "number": "S-2291", "issued_on": today - timedelta(days=2),
        "valid_until": today + timedelta(days=20), **changes,
    }  # fmt: skip
    return legal.register_mandate(
        person=person, upload=picture(), recipient=recipient, new_recipient="", order=order, by=keeper(),
        submit_key=uuid.uuid4(), **given,
    )  # fmt: skip


def make_legal_request(by):
    """Take in a subpoena at the desk."""
    return legal.take_in(
        kind=LegalRequestKind.SUBPOENA, asker="Deputy Ito, 804 555 0177", about="Jordan Lee", answer_by=None,
        note="", by=by, submit_key=uuid.uuid4(),
    )  # fmt: skip


def make_agreement(recipient, kind="qso", **changes):
    """Register a live agreement over identity and insurance."""
    today = center_day(clock.now())
    given = {
        "scope": "Billing", "categories": ["identity", "insurance"], "terms": TERMS_OF[AgreementKind(kind)],
        "starts_on": today - timedelta(days=10), "ends_on": today + timedelta(days=100), **changes,
    }  # fmt: skip
    return agreements.register_agreement(
        kind=kind, recipient=recipient, new_recipient="", upload=picture(), by=keeper(),
        submit_key=uuid.uuid4(), **given,
    )  # fmt: skip


def make_limit(person, *, agreed: bool = True, **changes):
    """Write down a limit over everything towards everybody, and agree to it."""
    given = {
        "wish": "Do not tell my employer's plan", "categories": [], "recipients": [], "kinds": [],
        "paid_in_full": False, "asked_at": clock.now(), **changes,
    }  # fmt: skip
    row = restrictions.ask(person=person, by=keeper(), **given)
    return restrictions.decide(restriction=row, agree=True, by=keeper()) if agreed else row


def make_rights(person, **changes):
    """Write down that the person asks for a copy of the record today."""
    given = {
        "kind": "access", "asked_how": "letter", "received_on": center_day(clock.now()),
        "wish": "Everything since March", **changes,
    }  # fmt: skip
    return rights_requests.ask(person=person, by=keeper(), **given)
