"""Admitting, moving, discharging. The database judges; these explain its refusals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.choices import Stage
from intake.models import Episode
from outbox.submit import once
from programs import hooks
from programs.actions import prescriber_calls, slots
from programs.actions.beds import taken
from programs.actions.clearances import refuse_own_paper
from programs.actions.common import demand, not_by_break_glass, set_stage
from programs.actions.follow_ups import plan_follow_ups
from programs.actions.holds import end_holds_of
from programs.actions.next_steps import Plan, write
from programs.actions.open_items import end_with_stay, leave_open
from programs.actions.passing import keep_reason, who_is_passed
from programs.actions.step_reviews import plan_review
from programs.models import Admission, Bed, MedicalClearance, Program
from programs.papers import validity_of
from programs.queries import clearance_of, determination_of, facts_for
from programs.rules.readiness import SENTENCES, Facts, Missing, readiness
from programs.should_have import shoulds_of
from records.minors import refused_as_minor

_FROM_CONSTRAINT = {
    "programs_beduse_no_overlap": "bed_occupied",
    "programs_admission_one_open": "already_admitted",
    "programs_medicalclearance_two_people": "needs_second_verifier",
    "programs_admission_late_entry": "admitted_at_not_now",
}
_SOMEBODY_FASTER = frozenset({"bed_occupied", "bed_being_cleaned", "bed_held_for_other", "program_full"})


def facts_now(
    episode: Episode,
    *,
    program: Program | None,
    bed: Bed | None,
    at: datetime,
    late_by: Any = None,
    late_reason: str = "",
) -> tuple[Facts, MedicalClearance | None]:
    """Read what an admission of this episode would be judged by, and the clearance that counts."""
    clearance = clearance_of(episode)
    by_supervisor = bool(late_by and late_reason.strip() and late_by.has_perm("programs.admit_late"))
    facts = facts_for(
        episode,
        program=program,
        bed=bed,
        admitted_at=at,
        clearance=clearance,
        determination=determination_of(episode),
        late_entry=late_by is not None,
        late_by_supervisor=by_supervisor,
    )
    return facts, clearance


def missing_now(facts: Facts, clearance: MedicalClearance | None, now: datetime) -> tuple[Missing, ...]:
    """Return what is missing, with the clearance's end judged again under the present windows."""
    found = list(readiness(facts, now))
    late_end = (
        clearance is not None
        and "examined_at" in clearance.said
        and validity_of(clearance.said).until <= facts.judged_at(now)
    )
    if late_end and SENTENCES["clearance_expired"] not in found:
        found.append(SENTENCES["clearance_expired"])
    return tuple(found)


def admit(
    *,
    episode: Episode,
    program: Program | None,
    bed: Bed | None,
    by: Any,
    late_at: datetime | None = None,
    late_reason: str = "",
    left_open: str = "",
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> Admission:
    """Admit now; or, by a supervisor with a reason, at the earlier time that was observed.

    `left_open` says why, when something that an admission should have is not finished; each such thing
    becomes a row with an owner and a due time. `passed_over` says why others, who wait for the level before
    this person, do not come first. Raises Refused with every missing thing in `reasons`, or with the field
    `left_open` or `passed_over`; Conflict when somebody else got the place.
    """
    demand(by, "programs.admit")
    if late_at is not None:
        demand(by, "programs.admit_late")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="admission.admit", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            not_by_break_glass(by, locked.person)
            now = clock.now()
            if refused_as_minor(locked.person, now):
                raise Refused("minor_not_admitted", "This center does not admit minors. Refer elsewhere.")
            shoulds = shoulds_of(locked, now)
            admission = _insert(locked, program, bed, by, now, late_at, late_reason, passed_over)
            leave_open(admission, shoulds, left_open, by, now)
            plan_review(admission, admission.admitted_at)
            prescriber_calls.plan_at_admission(admission, by, now)
            end_holds_of(locked, by, admission.admitted_at if late_at is None else now)
            set_stage(locked, Stage.ADMITTED)
            record(
                "admission.made",
                by=by,
                obj=admission,
                person=locked.person_id,
                clearance=admission.clearance_id,
                determination=admission.determination_id,
                bed=admission.bed_id,
                program=admission.program_id,
                late_entry=admission.late_entry,
            )
            hooks.call(hooks.after_admit, admission=admission, by=by, now=now)
            if key:
                key.done(url)
            return admission
    except IntegrityError as error:
        raise _explained(error, program, bed, episode) from error


def _insert(
    episode: Episode,
    program: Program | None,
    bed: Bed | None,
    by: Any,
    now: datetime,
    late_at: datetime | None,
    late_reason: str,
    passed_over: str,
) -> Admission:
    at = late_at or now
    late = {"late_by": by, "late_reason": late_reason} if late_at else {}
    facts, clearance = facts_now(episode, program=program, bed=bed, at=at, **late)
    missing = missing_now(facts, clearance, now)
    if missing:
        raise not_ready(missing)
    if clearance is not None:
        refuse_own_paper(clearance, by)
    over = who_is_passed(episode, program.level, now) if program else []
    made = Admission.objects.create(
        episode=episode,
        data_key=episode.person.data_key,
        clearance=clearance,
        determination=determination_of(episode),
        program=program,
        bed=bed,
        admitted_at=at,
        admitted_by=by,
        late_entry=late_at is not None,
        late_entry_by=by if late_at else None,
        late_entry_reason=late_reason.strip() if late_at else None,
    )
    keep_reason(made, episode, over, passed_over, by)
    return made


def not_ready(missing: tuple[Missing, ...]) -> Refused:
    """Return the refusal that lists everything missing; its code is the first one's."""
    count = len(missing)
    words = "1 thing is missing" if count == 1 else f"{count} things are missing"
    return Refused(missing[0].code, f"Not admitted: {words}", reasons=missing)


def _explained(
    error: IntegrityError, program: Program | None, bed: Bed | None, episode: Episode
) -> Exception:
    """Turn the database's refusal into words; anything that is no code of the gate goes on as it is."""
    code = refusal_code(error) or ""
    code = _FROM_CONSTRAINT.get(code, code)
    if code in _SOMEBODY_FASTER:
        if bed is not None:
            return taken(bed, clock.now(), episode, code=code)
        if program is not None:
            return slots.full(program, clock.now(), episode, code=code)
        return Conflict(f"{SENTENCES[code].sentence}.", code=code)
    if code in SENTENCES:
        return not_ready((SENTENCES[code],))
    return error


@transaction.atomic
def discharge(
    *, admission: Admission, by: Any, at: datetime | None = None, plan: Plan | None = None
) -> Admission:
    """End a stay; the bed or slot is free from that moment. A 24-hour level needs `plan`, the next step.

    What an admission left open ends with the stay; the follow-ups of the year after it are written.

    Raises Conflict when it ended already, Refused without a next step.
    """
    demand(by, "programs.discharge")
    locked = (
        Admission.objects.select_for_update(of=("self",))
        .select_related("episode__person", "program", "data_key")
        .get(pk=admission.pk)
    )
    not_by_break_glass(by, locked.episode.person)
    if locked.discharged_at is not None:
        raise Conflict("The discharge was recorded already.")
    now = clock.now()
    moved = locked.moves.order_by("-moved_at").first()
    if at is not None and not locked.admitted_at <= at <= now:
        raise Refused("discharged_at", "Discharge is after the admission and not in the future", field="at")
    if at is not None and moved is not None and at < moved.moved_at:
        raise Refused("discharged_at", "Discharge is after the last move of this stay", field="at")
    write(admission=locked, plan=plan, by=by, now=now)
    plan_follow_ups(admission=locked, left_at=at or now, by=by)
    locked.discharged_at = at or now
    locked.save(update_fields=["discharged_at"])
    end_with_stay(locked, by, now)
    prescriber_calls.end_with_stay(locked, by, now)
    record("admission.ended", by=by, obj=locked, person=locked.episode.person_id, bed=locked.bed_id)
    return locked
