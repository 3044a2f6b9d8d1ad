"""The vocabulary of preparing and finishing an admission."""

from django.db import models


class ShouldHave(models.TextChoices):
    """What an admission should have, and can go on without for a reason."""

    NOTICE = "notice", "Patient notice"
    CONSENT = "consent", "Consents"
    BENEFITS = "benefits", "Benefits verified"
    EMERGENCY_CONTACT = "emergency", "Emergency contact"
    ARRIVAL = "arrival", "Arrival plan"
    CHECKLIST = "checklist", "Preparation checklist"


class Preparation(models.TextChoices):
    """The seven things to prepare before care begins (seed 003 line 140)."""

    TIME_OFF = "time_off", "Arrange time off work or school"
    CHILDREN = "children", "Arrange care for children or relatives"
    PETS = "pets", "Arrange care for pets"
    FINANCES = "finances", "Put bills and payments in order"
    PACKING = "packing", "Pack clothes and personal things"
    RECORDS = "records", "Gather medical records and medicines"
    PEOPLE = "people", "Tell the people who may know"


class PreparationState(models.TextChoices):
    """Where one thing to prepare stands."""

    OPEN = "open", "Not done yet"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Not needed"


class ContactKind(models.TextChoices):
    """Who else cares for a person, or is called in an emergency."""

    EMERGENCY = "emergency", "Emergency contact"
    DOCTOR = "doctor", "Primary care doctor"
    PRESCRIBER = "prescriber", "Prescriber of medicines"
    THERAPIST = "therapist", "Therapist or counselor"
    PHARMACY = "pharmacy", "Pharmacy"
