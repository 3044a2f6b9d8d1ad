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


class Change(models.TextChoices):
    """What can be done to an account."""

    MADE = "made", "Account made"
    ROLE = "role", "Role changed"
    OFF = "off", "Switched off"
    ON = "on", "Switched on"


class LinkKind(models.TextChoices):
    """What a link lets somebody do, once."""

    INVITE = "invite", "Choose a first password"
    PASSWORD = "password", "Choose a new password"
    FACTOR = "factor", "Set up a new second factor"


class RecoveryKind(models.TextChoices):
    """What somebody lost."""

    PASSWORD = "password", "Password forgotten"
    FACTOR = "factor", "Second factor lost"


class Told(models.TextChoices):
    """What a user is told about their own account."""

    NEW_BROWSER = "new_browser", "Somebody signed in from a browser that was not used before"
    PASSWORD = "password", "The password was changed"
    FACTOR_ADDED = "factor_added", "A way of signing in was added"
    FACTOR_REMOVED = "factor_removed", "A way of signing in was removed"
    RECOVERY_CODES = "recovery_codes", "New recovery codes were made"
    RECOVERY = "recovery", "A link to get back in was asked for"
    ROLE = "role", "The role was changed"
    SESSIONS = "sessions", "Sign-ins were ended by a colleague"
