"""The vocabulary of programs: levels of care, beds, decisions, medical clearance."""

from django.db import models


class Level(models.TextChoices):
    """Levels of care. Detox is one that this center never gives; partners do."""

    DETOX = "detox", "Medical detox"
    INPATIENT = "inpatient", "Inpatient"
    RESIDENTIAL = "residential", "Residential"
    PHP = "php", "Partial hospitalization (PHP)"
    IOP = "iop", "Intensive outpatient (IOP)"
    OUTPATIENT = "outpatient", "Outpatient"
    CONTINUING = "continuing", "Continuing care"


CENTER_LEVELS = tuple(level for level in Level.values if level != Level.DETOX)
"""What the center may run. A constraint keeps detox out of it."""

BED_LEVELS = frozenset({Level.INPATIENT, Level.RESIDENTIAL})
"""Levels for which a person stays overnight; the others count slots."""

LEVEL_OF_SETTING = {
    "inpatient": Level.INPATIENT,
    "residential": Level.RESIDENTIAL,
    "PHP": Level.PHP,
    "IOP": Level.IOP,
    "outpatient": Level.OUTPATIENT,
}
"""The setting that the level-of-care rules name, as a level of ours."""

LADDER_SETTINGS = {
    "1.0": "outpatient",
    "1.5": "outpatient",
    "2.1": "IOP",
    "2.5": "PHP",
    "3.1": "residential",
    "3.5": "residential",
    "3.7": "inpatient",
    "4": "inpatient",
}
"""The setting of each step of the ladder; the numbers are labels only (`docs/clinical-sign-off.md`)."""


REVIEWABLE = ("ready_for_review", "in_review", "decided")
"""The statuses of an assessment on which a clinician may rate and decide."""


DETOX_FIRST = frozenset(
    {"needs_monitored_or_ambulatory_wm", "needs_medically_managed_inpatient", "emergency_now"}
)
"""The outcomes of the detox rules that mean medical detox, or more, before any care here."""


class UseKind(models.TextChoices):
    """Why a bed is not open for a time."""

    HOLD = "hold", "Held"
    RETURN = "return", "Held for a return from detox"
    STAY = "stay", "In use"
    CLEANING = "cleaning", "Cleaning"
    OUT = "out", "Out of use"


HOLDS = (UseKind.HOLD, UseKind.RETURN)
"""The kinds of use that keep a place, a bed or a slot, for somebody who is to come."""


class OutReason(models.TextChoices):
    """Why a bed is out of use. A list and no free text: a bed has no key to seal words with."""

    REPAIR = "repair", "Repair"
    DEEP_CLEANING = "cleaning", "Thorough cleaning"
    UNSAFE = "unsafe", "Not safe to use"
    STAFF = "staff", "Not enough staff"
    OTHER = "other", "Another reason"


class Outcome(models.TextChoices):
    """What a clinician decided."""

    AGREE = "agree", "Agree with the suggestion"
    OTHER = "other", "Choose another level"
    REFER = "refer", "We are not the right place; refer"


class ClearanceSource(models.TextChoices):
    """Who is to examine the person and write the medical clearance."""

    DETOX_PARTNER = "detox_partner", "The detox partner"
    HOSPITAL = "hospital", "A hospital or emergency department"
    OWN_DOCTOR = "own_doctor", "The person's own doctor or clinic"
    OTHER = "other", "Somebody else who can examine"


class ClearanceStatus(models.TextChoices):
    """Where a medical clearance stands."""

    NEEDED = "needed", "Needed"
    REQUESTED = "requested", "Requested"
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    VERIFIED = "verified", "Verified"
    NOT_CLEARED = "not_cleared", "Not cleared"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    REJECTED = "rejected", "Rejected"


class ClearanceDecision(models.TextChoices):
    """What the examining clinician says."""

    CLEARED = "cleared", "Cleared"
    WITH_LIMITS = "cleared_with_limits", "Cleared with limits"
    NOT_CLEARED = "not_cleared", "Not cleared"


class ReceivedVia(models.TextChoices):
    """How a clearance came to us."""

    LINK = "link", "Partner's link"
    PAPER = "paper", "Paper or fax, entered by staff"


class RevokeReason(models.TextChoices):
    """Why a clearance no longer holds (`docs/clinical-sign-off.md`)."""

    RED_FLAG = "red_flag", "A new emergency sign"
    WITHDRAWAL_SCORE = "withdrawal_score", "Withdrawal score above the entry limit"
    RETURN_TO_USE = "return_to_use", "Return to use after the examination"
    VITAL_SIGN = "vital_sign", "A vital sign outside the limits"
    LAB = "lab", "A new abnormal lab result"
    MEDICATION = "medication", "A change of medicine the examiner did not know of"
    SIGNER = "signer", "The examiner can't be verified"
    PREGNANCY = "pregnancy", "A positive pregnancy test after signing"
    PAUSED = "paused", "The person paused; the episode was resumed later"
    WRONG_DOCUMENT = "wrong_document", "Wrong person, or an altered document"


class NextStepKind(models.TextChoices):
    """What follows a stay."""

    HERE = "here", "Care goes on here"
    ELSEWHERE = "elsewhere", "Care goes on elsewhere"
    REFUSED = "refused", "The person does not want a next step"


class Severity(models.TextChoices):
    """How severe a substance use disorder is, as the clinician sees it."""

    UNKNOWN = "unknown", "Not known"
    NONE = "none", "No use disorder"
    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    SEVERE = "severe", "Severe"
