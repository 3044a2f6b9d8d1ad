"""The six roles of staff."""

from django.db import models


class Role(models.TextChoices):
    """What somebody does here; decides what they may see and do."""

    ADMISSIONS = "admissions", "Admissions"
    CLINICIAN = "clinician", "Clinician"
    SUPERVISOR = "supervisor", "Supervisor"
    PRIVACY = "privacy", "Privacy officer"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
