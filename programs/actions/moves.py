"""Moving a person who is here: to another bed, or into another program. The database judges it again."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from outbox.submit import once
from programs.actions import slots
from programs.actions.beds import taken
from programs.actions.common import demand, not_by_break_glass
from programs.actions.holds import end_holds_of
from programs.actions.passing import keep_reason, who_is_passed
from programs.actions.step_reviews import restart_review, review_due
from programs.actions.waitlist import arrived
from programs.models import Admission, Bed, Determination, Program, StayMove
from programs.queries_moves import decided_for
from programs.rules.moves import SENTENCES, Move, refusal

_FASTER = frozenset({"bed_occupied", "bed_being_cleaned", "bed_held_for_other", "programs_beduse_no_overlap"})


def move(
    *,
    admission: Admission,
    program: Program,
    bed: Bed | None,
    reason: str,
    by: Any,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> Admission:
    """Move a stay to a bed, or into a day program, with a reason; the row of the move is its history.

    Another level of care needs the decision in force for it, and its review period begins.
    `passed_over` says why others, who wait for that level, do not come first. Raises Refused with the field
    `place`, `reason` or `passed_over`, Conflict when the place is taken, or the person has left.
    """
    demand(by, "programs.admit")
    if not reason.strip():
        raise Refused("no_reason", "Write why the person moves", field="reason")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="stay.move", by=by) if submit_key else None
            episode = lock_open_episode(admission.episode_id)
            not_by_break_glass(by, episode.person)
            decided = decided_for(episode, program.level)
            locked = _lock(admission, program, bed, decided)
            now, other_level = clock.now(), program.level != locked.program.level
            over = who_is_passed(episode, program.level, now) if other_level else []
            made = StayMove.objects.create(
                admission=locked,
                data_key=locked.data_key,
                from_program=locked.program,
                to_program=program,
                to_bed=bed,
                determination=decided if other_level else None,
                review_at=review_due(now) if other_level else None,
                reason=reason.strip(),
                moved_by=by,
            )
            keep_reason(made, episode, over, passed_over, by)
            restart_review(made)
            end_holds_of(episode, by, now)
            arrived(episode=episode, level=program.level, by=by, now=now)
            record(
                "admission.moved",
                by=by,
                obj=locked,
                person=episode.person_id,
                bed=bed and bed.pk,
                program=program.pk,
                move=made.pk,
            )
            if key:
                key.done(url)
            return Admission.objects.select_related("program", "bed_use").get(pk=locked.pk)
    except IntegrityError as error:
        raise _explained(error, program, bed) from error


def _lock(
    admission: Admission, program: Program, bed: Bed | None, decided: Determination | None
) -> Admission:
    """Lock the stay and judge the move as the database will. Raises Conflict, Refused."""
    locked = (
        Admission.objects.select_for_update(of=("self",))
        .select_related("program", "data_key")
        .get(pk=admission.pk)
    )
    if locked.discharged_at is not None:
        raise Conflict("The discharge was recorded already.")
    same = (program.pk, bed and bed.pk) == (locked.program_id, locked.bed_id)
    code = refusal(Move(locked.program.level, program.level, decided is not None, same))
    if code:
        raise Refused(code, SENTENCES[code], field="place")
    return locked


def _explained(error: IntegrityError, program: Program, bed: Bed | None) -> Exception:
    """Turn the database's refusal into words; anything that is none of its codes goes on as it is."""
    code = refusal_code(error) or ""
    if code in _FASTER and bed is not None:
        return taken(bed, clock.now(), code=code, field="place")
    if code == "program_full":
        return slots.full(program, clock.now(), code=code, field="place")
    if code == "move_after_leaving":
        return Conflict("The discharge was recorded already.")
    if code in SENTENCES:
        return Refused(code, SENTENCES[code], field="place")
    return error
