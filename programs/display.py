"""Words and chips of programs, for screens."""

from datetime import datetime, timedelta
from typing import Any, cast

from config.templatetags.ui import clock_day, span_words
from programs.choices import ClearanceStatus, Level, Outcome, UseKind
from programs.models import BedUse, Determination, MedicalClearance, Recommendation
from programs.workflow import LIVE

OUTCOME_WORDS = {
    "no_detox_needed": "No medical detox needed",
    "clinician_must_review": "A clinician must decide about medical detox",
    "needs_monitored_or_ambulatory_wm": "Medical detox with monitoring",
    "needs_medically_managed_inpatient": "Medical detox in an inpatient unit",
    "emergency_now": "Emergency care now",
}
OUTCOME_FAMILY = {
    "no_detox_needed": "success",
    "clinician_must_review": "attention",
    "needs_monitored_or_ambulatory_wm": "attention",
    "needs_medically_managed_inpatient": "urgent",
    "emergency_now": "urgent",
}
MESSAGE_WORDS = {
    "911": "Call 911",
    "988": "Connect to 988",
    "dont_stop_abruptly": "Do not stop all at once",
    "moud": "Ask about medicine for opioid use disorder",
    "naloxone": "Offer naloxone",
    "ob": "Contact obstetric care",
    "pharmacist": "Ask a pharmacist",
    "poison": "Poison Help, 1-800-222-1222",
    "stay_with_person": "Stay with the person",
}
FLAG_WORDS = {
    "SUD_SEVERITY_UNKNOWN": "How severe the use disorder is, is not known",
    "STABILISE_FIRST": "Stabilize first; the level is for now",
    "DETOX_REVIEW_OPEN": "The question of detox is open",
    "F5_LOWERED_WITHIN_SAFE_RANGE": "Daily life lowered the level, inside the safe range",
    "COMMITMENT_PLAN_NEEDED": "Needs a plan for work, children or other duties",
    "REFER_OUT_HOSPITAL_LEVEL": "Hospital level: refer out",
}
MISSING_FLAG = "CLINICIAN_REVIEW_MISSING:"

_CHIP = {
    ClearanceStatus.NEEDED: "attention",
    ClearanceStatus.REQUESTED: "info",
    ClearanceStatus.RECEIVED: "attention",
    ClearanceStatus.ACCEPTED: "info",
    ClearanceStatus.VERIFIED: "success",
    ClearanceStatus.NOT_CLEARED: "urgent",
    ClearanceStatus.EXPIRED: "urgent",
    ClearanceStatus.REVOKED: "urgent",
    ClearanceStatus.REJECTED: "neutral",
}
BED_CHIP = {
    UseKind.HOLD: ("info", "Held"),
    UseKind.RETURN: ("info", "Held for a return"),
    UseKind.STAY: ("neutral", "In use"),
    UseKind.CLEANING: ("attention", "Cleaning"),
    UseKind.OUT: ("neutral", "Out of use"),
}
SOON = timedelta(hours=24)


def clearance_chip(paper: MedicalClearance | None, now: datetime) -> tuple[str, str]:
    """Return family and words of a clearance's chip, such as "Expires in 5 h"."""
    if paper is None:
        return "attention", ClearanceStatus.NEEDED.label
    status = ClearanceStatus(paper.status)
    if status not in LIVE:
        return _CHIP[status], status.label
    left = cast(datetime, paper.valid_until) - now
    if left <= timedelta(0):
        return "urgent", ClearanceStatus.EXPIRED.label
    if status == ClearanceStatus.VERIFIED and left <= SOON:
        return "attention", f"Verified, expires in {span_words(left)}"
    if status == ClearanceStatus.VERIFIED:
        return "success", f"Verified, valid to {clock_day(paper.valid_until, now)}"
    return _CHIP[status], status.label


def bed_chip(use: BedUse | None) -> tuple[str, str]:
    """Return family and words of a bed's chip."""
    return ("success", "Open") if use is None else BED_CHIP[UseKind(use.kind)]


def suggestion_words(made: Recommendation) -> str:
    """Return the suggestion as one line."""
    return plan_words(made.suggested_level, made.detox_first)


def plan_words(level: str, detox_first: bool) -> str:
    """Return a level of care, with detox before it when that comes first."""
    if not level:
        return "Not the right place here: refer elsewhere"
    if level == Level.DETOX:
        return "Medical detox at a partner first; care after it is decided later"
    name = Level(level).label
    return f"Medical detox at a partner first, then {name}" if detox_first else name


def refer_words(detox_first: bool | None) -> str:
    """Return the words for somebody whose right place is elsewhere."""
    return "Refer elsewhere" + (", medical detox first" if detox_first else "")


def determination_words(signed: Determination) -> str:
    """Return a decision as one line."""
    if signed.outcome == Outcome.REFER:
        return refer_words(signed.detox_first)
    return plan_words(signed.level, signed.detox_first)


def flag_words(flag: str, names: dict[str, str]) -> str:
    """Return a flag of the level rules as words."""
    if flag.startswith(MISSING_FLAG):
        factors = flag.removeprefix(MISSING_FLAG).split(",")
        return "Not rated: " + ", ".join(names[f].lower() for f in factors)
    return FLAG_WORDS.get(flag, flag)


def done_by(user: Any, at: datetime | None, now: datetime) -> str:
    """Return who did something and when; nobody is named where the product did it."""
    return f"{user.display_name}, {clock_day(at, now)}" if user else clock_day(at, now)
