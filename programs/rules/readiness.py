"""May care begin? The full list of what is missing, with the codes that the database's gate refuses with.

Pure: facts in, list out. An empty list and the gate's yes are the same thing; a test compares them on a real
database. The order is the order of the admission page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

TOLERANCE = timedelta(minutes=5)
"""How far `admitted_at` may be from the present moment."""

_NEVER = ("needed", "requested", "rejected")


@dataclass(frozen=True)
class ClearanceFacts:
    """The plain columns of a clearance; people are ids. `newer_no`: a later examination said no."""

    id: Any
    episode_id: Any
    status: str
    decision: str
    stable: bool | None
    examined_at: datetime | None
    valid_until: datetime | None
    revoked_at: datetime | None = None
    recorded_by: Any = None
    accepted_by: Any = None
    verified_by: Any = None
    limits: int = 0
    limits_open: int = 0
    newer_no: bool = False


@dataclass(frozen=True)
class DecisionFacts:
    """A signed determination; `in_force` is false once a later one superseded it.

    `awaits_second`: it goes below what the rules call safe, and no second clinician agreed.
    """

    episode_id: Any
    level: str
    in_force: bool = True
    awaits_second: bool = False


@dataclass(frozen=True)
class UseFacts:
    """What a bed is used for, and when (`end` None: until somebody ends it)."""

    kind: str
    episode_id: Any
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class PlaceFacts:
    """Where: a program and perhaps a bed. `taken` counts who is there, and the slots held for others."""

    level: str
    active: bool = True
    slots: int | None = None
    taken: int = 0
    bed_id: Any = None
    bed_active: bool = True
    bed_of_program: bool = True
    uses: tuple[UseFacts, ...] = ()
    of_center: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything the gate judges. `late_by_supervisor`: a late entry with a supervisor and a reason.

    `resumed_at`: when the episode went on after a pause, if it did. `red_flag_at`: the last time (for a late
    entry: up to `admitted_at`) of a yes to a safety question, or of a score or vital sign outside the limits.
    """

    episode_id: Any
    episode_open: bool
    admitted: bool
    last_use_latest: datetime | None
    ob_needed: bool
    ob_recorded: bool
    clearance: ClearanceFacts | None
    decision: DecisionFacts | None
    place: PlaceFacts | None
    admitted_at: datetime
    late_entry: bool = False
    late_by_supervisor: bool = False
    resumed_at: datetime | None = None
    red_flag_at: datetime | None = None

    def judged_at(self, now: datetime) -> datetime:
        """Return the moment at which the papers must hold."""
        return self.admitted_at if self.late_entry else max(self.admitted_at, now)


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: its code, a sentence, and the page that mends it (`fix` on its link)."""

    code: str
    sentence: str
    area: str
    url_name: str
    fix: str


def _say(code: str, area: str, sentence: str, url_name: str, fix: str) -> tuple[str, Missing]:
    return code, Missing(code, sentence, area, url_name, fix)


_CLEARANCE, _READY = "clearance", "readiness"
SENTENCES: dict[str, Missing] = dict(
    [
        _say("episode_closed", "episode", "This episode is closed", _READY, "See the episode"),
        _say("already_admitted", "episode", "The person is already admitted", "bed-board", "See the beds"),
        _say(
            "needs_ob_contact",
            "episode",
            "The person is or may be pregnant: record the contact with obstetric care",
            "ob-contact",
            "Record the contact",
        ),
        _say("no_determination", "decision", "No clinician has signed a decision", "review", "Review"),
        _say(
            "needs_second_view",
            "decision",
            "A second clinician has to agree with the decision, which goes below the rules",
            "review",
            "See the decision",
        ),
        _say(
            "detox_not_offered",
            "decision",
            "The decision says medical detox, which this center does not give",
            "review",
            "Decide on care after detox",
        ),
        _say(
            "determination_other_level",
            "decision",
            "The decision is for another level of care than the program chosen",
            "review",
            "See the decision",
        ),
        _say("no_clearance", "clearance", "There is no medical clearance", "clearance-new", "Record it"),
        _say(
            "clearance_other_episode",
            "clearance",
            "The medical clearance belongs to another episode",
            "clearance-new",
            "Record a new one",
        ),
        _say(
            "clearance_not_accepted",
            "clearance",
            "No clinician has accepted the medical clearance",
            _CLEARANCE,
            "Open the clearance",
        ),
        _say(
            "clearance_revoked", "clearance", "The medical clearance was revoked", "clearance-new", "Renew it"
        ),
        _say(
            "not_cleared",
            "clearance",
            "The latest examination did not clear the person",
            _CLEARANCE,
            "See why",
        ),
        _say(
            "clearance_not_stable",
            "clearance",
            "The medical clearance does not say that the person is stable",
            _CLEARANCE,
            "Open the clearance",
        ),
        _say(
            "limits_not_accepted",
            "clearance",
            "A clinician has not accepted every limit of the medical clearance",
            _CLEARANCE,
            "Accept the limits",
        ),
        _say(
            "needs_second_verifier",
            "clearance",
            "A second person has to verify the medical clearance by call-back",
            _CLEARANCE,
            "Verify it",
        ),
        _say(
            "exam_before_last_use",
            "clearance",
            "The examination is not after the last reported use",
            "clearance-new",
            "Record a new one",
        ),
        _say(
            "clearance_before_resume",
            "clearance",
            "The examination was before the episode was resumed after a pause",
            "clearance-new",
            "Record a new one",
        ),
        _say(
            "red_flag_since_exam",
            "clearance",
            "An emergency sign, or a score or vital sign outside the limits, came after the examination",
            "clearance-new",
            "Record a new one",
        ),
        _say(
            "clearance_expired",
            "clearance",
            "The medical clearance is not valid at that time",
            "clearance-new",
            "Renew it",
        ),
        _say("program_closed", "place", "Choose a program that is open", _READY, "Choose a program"),
        _say(
            "partner_program",
            "place",
            "A partner runs this program; nobody is admitted into it here",
            _READY,
            "Choose a program of this center",
        ),
        _say("no_bed", "place", "Hold a bed, or choose one", "bed-hold", "Hold a bed"),
        _say("bed_other_program", "place", "The bed belongs to another program", _READY, "Choose a bed"),
        _say("bed_out_of_service", "place", "The bed is out of use", "bed-hold", "Hold another bed"),
        _say("bed_being_cleaned", "place", "The bed is being cleaned", "bed-board", "See the beds"),
        _say("bed_occupied", "place", "Someone is in the bed", "bed-hold", "Hold another bed"),
        _say(
            "bed_held_for_other", "place", "The bed is held for someone else", "bed-hold", "Hold another bed"
        ),
        _say("program_full", "place", "Every slot of the program is taken", _READY, "Choose a program"),
        _say(
            "admitted_at_not_now",
            "time",
            "The time of admission must be now; a supervisor can enter an earlier one with a reason",
            _READY,
            "Change the time",
        ),
    ]
)
"""Every code of the gate, in the order of the page."""


def readiness(facts: Facts, now: datetime) -> tuple[Missing, ...]:
    """Return everything that is missing for this admission; empty when the gate would say yes."""
    found = {*_episode(facts), *_decision(facts), *_clearance(facts, now), *_place(facts), *_time(facts, now)}
    return tuple(missing for code, missing in SENTENCES.items() if code in found)


def _episode(facts: Facts) -> Iterator[str]:
    if not facts.episode_open:
        yield "episode_closed"
    if facts.admitted:
        yield "already_admitted"
    if facts.ob_needed and not facts.ob_recorded:
        yield "needs_ob_contact"


def _decision(facts: Facts) -> Iterator[str]:
    decision = facts.decision
    if decision is None or decision.episode_id != facts.episode_id or not decision.in_force:
        yield "no_determination"
        return
    if decision.awaits_second:
        yield "needs_second_view"
    if decision.level == "detox":
        yield "detox_not_offered"
    elif facts.place is not None and facts.place.level != decision.level:
        yield "determination_other_level"


def _clearance(facts: Facts, now: datetime) -> Iterator[str]:
    paper = facts.clearance
    if paper is None:
        yield "no_clearance"
        return
    if paper.episode_id != facts.episode_id:
        yield "clearance_other_episode"
    if paper.status in _NEVER:
        yield "clearance_not_accepted"
        return
    if paper.revoked_at is not None and (not facts.late_entry or paper.revoked_at <= facts.admitted_at):
        yield "clearance_revoked"
    if paper.decision not in ("cleared", "cleared_with_limits") or paper.newer_no:
        yield "not_cleared"
    if paper.stable is not True:
        yield "clearance_not_stable"
    yield from _people(paper)
    yield from _times(paper, facts, now)


def _people(paper: ClearanceFacts) -> Iterator[str]:
    if paper.accepted_by is None:
        yield "clearance_not_accepted"
    if paper.limits_open or (paper.decision == "cleared_with_limits" and not paper.limits):
        yield "limits_not_accepted"
    if paper.verified_by is None or paper.verified_by in (paper.accepted_by, paper.recorded_by):
        yield "needs_second_verifier"


def _times(paper: ClearanceFacts, facts: Facts, now: datetime) -> Iterator[str]:
    moment, examined, used = facts.judged_at(now), paper.examined_at, facts.last_use_latest
    if examined is None or examined > moment or (used is not None and examined <= used):
        yield "exam_before_last_use"
    if examined is not None and facts.resumed_at is not None and examined <= facts.resumed_at:
        yield "clearance_before_resume"
    if examined is not None and facts.red_flag_at is not None and examined < facts.red_flag_at:
        yield "red_flag_since_exam"
    ended = paper.status == "expired" and not facts.late_entry
    if ended or paper.valid_until is None or paper.valid_until <= moment:
        yield "clearance_expired"


def _place(facts: Facts) -> Iterator[str]:
    place = facts.place
    if place is None or not place.active:
        yield "program_closed"
    if place is None:
        return
    if not place.of_center:
        yield "partner_program"
    if place.bed_id is None:
        if place.slots is None:
            yield "no_bed"
    elif not place.bed_of_program:
        yield "bed_other_program"
    else:
        yield from _bed(place, facts)
    if place.slots is not None and place.taken >= place.slots:
        yield "program_full"


def _bed(place: PlaceFacts, facts: Facts) -> Iterator[str]:
    if not place.bed_active:
        yield "bed_out_of_service"
    for use in place.uses:
        if use.end is not None and use.end <= facts.admitted_at:
            continue
        if use.kind == "out":
            yield "bed_out_of_service"
        elif use.kind == "stay":
            yield "bed_occupied"
        elif use.kind == "cleaning":
            # One that has ended is cut by a late entry: the bed was ready by then.
            if use.end is None:
                yield "bed_being_cleaned"
        elif use.episode_id != facts.episode_id:
            yield "bed_held_for_other"


def _time(facts: Facts, now: datetime) -> Iterator[str]:
    away = facts.admitted_at - now
    if facts.late_entry:
        if not facts.late_by_supervisor or away > TOLERANCE:
            yield "admitted_at_not_now"
    elif abs(away) > TOLERANCE:
        yield "admitted_at_not_now"
