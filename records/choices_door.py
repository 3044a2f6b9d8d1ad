"""The vocabulary of the door out: lawful bases, and why something was shared."""

from django.db import models


class BasisCode(models.TextChoices):
    """Why something may leave; `records/door/` holds one module for each."""

    CONSENT = "consent", "Consent"
    EMERGENCY = "emergency", "Medical emergency"
    COURT_ORDER = "court_order", "Court order with subpoena"
    QSO = "qso", "Service agreement"
    AUDIT = "audit", "Audit or evaluation"
    RESEARCH = "research", "Research"
    CHILD_ABUSE = "child_abuse", "Report of child abuse or neglect"
    CRIME = "crime", "Report of a crime here"
    OWN_ACCESS = "own_access", "The person's own access"


class SharedFor(models.TextChoices):
    """Purposes of disclosures that no consent names; the others are in `records.choices.Purpose`."""

    EMERGENCY = "emergency", "Medical emergency"
    PROCEEDINGS = "proceedings", "Legal proceedings"
    SERVICE = "service", "A service for the program"
    AUDIT = "audit", "Audit or evaluation"
    RESEARCH = "research", "Research"
    REPORT = "report", "A report that the law allows"
    OWN_ACCESS = "own_access", "The person's own access"


class NoConsentWhy(models.TextChoices):
    """Why the person could not be asked for consent in an emergency."""

    UNCONSCIOUS = "unconscious", "Can't be woken, or confused"
    TOO_ILL = "too_ill", "Too ill to read and decide now"
    NO_TIME = "no_time", "Waiting for a consent would endanger them"
    UNREACHABLE = "unreachable", "Can't be reached"
    OTHER = "other", "Another reason"
