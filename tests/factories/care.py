"""Programs, beds, decisions and clearances, put straight into the database in steps that it allows."""

import uuid
from datetime import timedelta

from django.db.models import F

from config import clock
from intake.actions.assessments import submit
from intake.models import Assessment
from intake.queries import current_assessment
from programs.actions.determinations import Choice, sign
from programs.actions.next_steps import Plan
from programs.actions.recommendations import recommend
from programs.choices import ClearanceDecision, ClearanceStatus
from programs.models import (
    Bed,
    BedUse,
    ClearanceLimit,
    Determination,
    MedicalClearance,
    Program,
    Recommendation,
    SlotHold,
)
from tests.factories.accounts import make_user
from tests.factories.episodes import make_sendable

RATINGS = {"F1": 1, "F2": 2, "F3": 1, "F4": 1, "F5": 1, "sud": "severe"}
BELOW = Choice("other", level="iop", detox_first=False, reason="Seen today; steady, with a sister at home.")
"""A decision below what the rules call safe for `make_review`: it needs a second view."""
NO_NEXT = Plan("refused", words="Wants to go home first.")
"""What follows a stay: nothing, in the words of the person."""


def make_program(level="residential", name=None, slots=None, **offer) -> Program:
    """Create a program; day programs of the center get ten slots unless told."""
    day = level not in ("inpatient", "residential") and offer.get("operated_by") != "partner"
    return Program.objects.create(
        name=name or f"{level} {uuid.uuid4().hex[:6]}",
        level=level,
        slots=(slots or 10) if day else None,
        **offer,
    )


def change_program(program, by, **columns) -> int:
    """Change columns of a program as its next revision; the database judges. Return how many rows changed."""
    kept = {"revision": F("revision") + 1, "reason": "For the test", "changed_by": by}
    return Program.objects.filter(pk=program.pk).update(**kept, **columns)


def make_bed(program=None, label=None) -> Bed:
    """Create a bed."""
    return Bed.objects.create(program=program or make_program(), label=label or uuid.uuid4().hex[:8])


def goes_to_detox(episode) -> None:
    """Let an episode that nobody decided on have a decision for detox first: a return comes from there."""
    if not Determination.objects.filter(episode=episode, superseded_at=None).exists():
        make_determination(episode, make_user("clinician", f"c{uuid.uuid4().hex[:6]}"), detox_first=True)


def make_use(bed, kind="hold", episode=None, start=None, end=None, by=None) -> BedUse:
    """Use a bed from a minute ago for a day, unless told otherwise."""
    now = clock.now()
    period = (start or now - timedelta(minutes=1), end if end or kind != "hold" else now + timedelta(days=1))
    more = {"out_reason": "repair"} if kind == "out" else {}
    if kind == "return":
        goes_to_detox(episode)
    return BedUse.objects.create(bed=bed, kind=kind, episode=episode, period=period, made_by=by, **more)


def make_slot_hold(program, episode, kind="hold", start=None, end=None, by=None) -> SlotHold:
    """Hold a slot from a minute ago for a day, unless told otherwise."""
    now = clock.now()
    period = (start or now - timedelta(minutes=1), end if end or kind != "hold" else now + timedelta(days=1))
    if kind == "return":
        goes_to_detox(episode)
    return SlotHold.objects.create(program=program, kind=kind, episode=episode, period=period, made_by=by)


def make_recommendation(episode, by, **given) -> Recommendation:
    """Store a recommendation without running the rules."""
    assessment = current_assessment(episode)
    values = {
        "snapshot": {"detox": {}, "loc": {}},
        "result": {
            "detox": {"outcome": "no_detox_needed", "fired": []},
            "loc": {"fired": []},
            "plan": {"level": "residential", "level_after_detox": "", "detox_first": False},
        },
        "detox_ruleset": "d",
        "detox_ruleset_sha256": "0" * 64,
        "loc_ruleset": "l",
        "loc_ruleset_sha256": "0" * 64,
        "calls_detox": False,
        **given,
    }
    return Recommendation.objects.create(
        episode=episode,
        assessment=assessment,
        data_key=episode.person.data_key,
        assessment_version=assessment.version,
        made_by=by,
        **values,
    )


def make_determination(episode, by, level="residential", **given) -> Determination:
    """Store a signed determination."""
    recommendation = given.pop("recommendation", None) or make_recommendation(episode, by)
    values = {"outcome": "agree", "detox_first": level == "detox", **given}
    return Determination.objects.create(
        episode=episode,
        assessment=recommendation.assessment,
        recommendation=recommendation,
        data_key=episode.person.data_key,
        level=level,
        statement="I decide.",
        statement_sha256="0" * 64,
        signed_by=by,
        signed_at=clock.now(),
        **values,
    )


def make_clearance(episode, *, accepted_by=None, verified_by=None, recorded_by=None, limits=(), **given):
    """Store a clearance received an hour after its examination, then accept and verify it if told."""
    now = clock.now()
    examined = given.pop("examined_at", now - timedelta(hours=2))
    values = {
        "decision": ClearanceDecision.WITH_LIMITS if limits else ClearanceDecision.CLEARED,
        "stable": True,
        "signed_at": examined + timedelta(minutes=10),
        "valid_until": examined + timedelta(hours=24),
        "status": ClearanceStatus.RECEIVED,
        "content": {"examined_at": examined.isoformat(), "examiner_name": "Dr. Blue"},
        **given,
    }
    clearance = MedicalClearance.objects.create(
        episode=episode,
        data_key=episode.person.data_key,
        received_via="paper",
        received_at=now,
        recorded_by=recorded_by,
        examined_at=examined,
        **values,
    )
    for position, text in enumerate(limits):
        ClearanceLimit.objects.create(
            clearance=clearance, data_key=clearance.data_key, position=position, text=text
        )
    accept(clearance, accepted_by)
    verify(clearance, verified_by)
    return clearance


def accept(clearance, by) -> None:
    """Accept a clearance and its limits."""
    if by is None:
        return
    now = clock.now()
    clearance.limits.update(accepted_by=by, accepted_at=now)
    clearance.accepted_by, clearance.accepted_at, clearance.status = by, now, ClearanceStatus.ACCEPTED
    clearance.save(update_fields=["accepted_by", "accepted_at", "status"])


def verify(clearance, by) -> None:
    """Verify an accepted clearance."""
    if by is None:
        return
    clearance.verified_by, clearance.verified_at = by, clock.now()
    clearance.status = ClearanceStatus.VERIFIED
    clearance.save(update_fields=["verified_by", "verified_at", "status"])


def revoke(clearance, by=None, at=None, reason="lab") -> None:
    """Revoke a clearance."""
    clearance.status, clearance.revoke_reason = ClearanceStatus.REVOKED, reason
    clearance.revoked_at, clearance.revoked_by = at or clock.now(), by
    clearance.save(update_fields=["status", "revoke_reason", "revoked_at", "revoked_by"])


def make_review(by, **person) -> Assessment:
    """Return an assessment with everything asked, sent to the clinicians: the rules say detox first."""
    made = make_sendable(by, **person)
    submit(by=by, assessment=made)
    made.refresh_from_db()
    return made


def make_signed(by, clinician, choice=None, **person) -> Determination:
    """Return a decision that `clinician` signed on an assessment of `by`, by the steps that people take."""
    return decide(make_review(by, **person), clinician, choice)


def decide(assessment, clinician, choice=None, seen=None) -> Determination:
    """Rate and sign: agreeing with the suggestion unless `choice` says otherwise."""
    suggestion = recommend(assessment=assessment, ratings=RATINGS, by=clinician)
    return sign(
        recommendation=suggestion,
        choice=choice or Choice("agree", detox_first=True),
        typed_name=clinician.display_name,
        seen=seen,
        by=clinician,
    )
