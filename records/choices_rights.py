"""The vocabulary of incidents, notices, complaints and requests."""

from django.db import models


class IncidentKind(models.TextChoices):
    """What began an entry of the incident register."""

    MISDIRECTED = "misdirected", "Sent to the wrong recipient"
    LOST_DEVICE = "lost_device", "Lost or stolen device or paper"
    SNOOPING = "snooping", "Record opened without need"
    TRAIL_ALERT = "trail_alert", "Alert from the audit trail"
    EXPORT = "export", "Large print or export"
    OTHER = "other", "Something else"


class Encrypted(models.TextChoices):
    """Whether the information could be read by whoever got it (42 CFR 2.16(b); 45 CFR 164.402)."""

    UNKNOWN = "unknown", "Not known yet"
    NO = "no", "No, it could be read"
    YES = "yes", "Yes, encrypted, and the key was not with it"


class Outcome(models.TextChoices):
    """What was decided about an incident."""

    OPEN = "", "Not decided"
    BREACH = "breach", "A breach: people are told"
    NOT_BREACH = "not_breach", "Not a breach"


class DutyCode(models.TextChoices):
    """Whom a breach has to be reported to."""

    PEOPLE = "people", "Tell each person by letter"
    HHS = "hhs", "Report to HHS together with the letters"
    HHS_YEARLY = "hhs_yearly", "Report to HHS after the end of the year"
    MEDIA = "media", "Tell prominent media of the state"


class TaskCode(models.TextChoices):
    """The steps after something went to the wrong recipient or was lost."""

    CALL = "call", "Call whoever received it"
    DESTROY = "destroy", "Ask them to destroy it, and not to read or pass it on"
    ATTEST = "attest", "Get it in writing that it was destroyed"
    RIGHT_ONE = "right_one", "Send it to the right recipient, if it is still needed"
    REMOTE = "remote", "Lock or erase the device from afar"
    SESSIONS = "sessions", "End every session and change the password"
    POLICE = "police", "Report the theft, and keep the report's number"


TASKS: dict[str, tuple[TaskCode, ...]] = {
    IncidentKind.MISDIRECTED: (TaskCode.CALL, TaskCode.DESTROY, TaskCode.ATTEST, TaskCode.RIGHT_ONE),
    IncidentKind.LOST_DEVICE: (TaskCode.REMOTE, TaskCode.SESSIONS, TaskCode.POLICE),
}


class GivenHow(models.TextChoices):
    """How a person got the patient notice."""

    PAPER = "paper", "On paper"
    SCREEN = "screen", "On our screen, and offered on paper"
    EMAIL = "email", "By e-mail, as the person agreed"
    READ = "read", "Read aloud, and offered on paper"


class Acknowledged(models.TextChoices):
    """What the person said to it."""

    YES = "yes", "Acknowledged"
    DECLINED = "declined", "Chose not to acknowledge"
    EMERGENCY = "later", "Emergency: asked later"


class ComplaintStatus(models.TextChoices):
    """Where a complaint stands."""

    NEW = "new", "New"
    CLOSED = "closed", "Answered"


class RequestKind(models.TextChoices):
    """What a person may ask for about their record; limits on sharing have a table of their own."""

    ACCESS = "access", "A copy of the record"
    AMENDMENT = "amendment", "A change to the record"
    ACCOUNTING = "accounting", "An accounting of disclosures"


class AskedHow(models.TextChoices):
    """How a request reached us."""

    IN_PERSON = "in_person", "In person"
    PHONE = "phone", "By phone"
    LETTER = "letter", "By letter or fax"
    EMAIL = "email", "By e-mail"


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    OPEN = "open", "Open"
    EXTENDED = "extended", "Open, time extended"
    FULFILLED = "fulfilled", "Fulfilled"
    DENIED = "denied", "Denied"
    WITHDRAWN = "withdrawn", "Taken back"


STILL_OPEN = (RequestStatus.OPEN, RequestStatus.EXTENDED)
