"""A place for somebody before others who wait for the same level: only with a reason, which is kept."""

from datetime import datetime
from typing import Any

from audit.actions import record
from config.errors import Refused
from intake.models import Episode
from programs.models import Admission, BedUse, PassedOver, SlotHold, StayMove, WaitlistEntry
from programs.queries_waiting import passed_by

SHOWN = 5


def names_of(entries: list[WaitlistEntry]) -> str:
    """Return who is passed over by reference, the first few in their order."""
    names = ", ".join(one.episode.reference for one in entries[:SHOWN])
    return names if len(entries) <= SHOWN else f"{names} and {len(entries) - SHOWN} more"


def who_is_passed(episode: Episode, level: str, now: datetime) -> list[WaitlistEntry]:
    """Return who waits and is passed over when a locked episode gets a place of this level now."""
    return passed_by(episode, now, [level]).get(level, [])


def keep_reason(
    got: BedUse | SlotHold | Admission | StayMove,
    episode: Episode,
    passed: list[WaitlistEntry],
    reason: str,
    by: Any,
) -> None:
    """Write why a hold, an admission or a move comes before those who are passed over, if there are any.

    Raises Refused with the field `passed_over` when nobody said why.
    """
    if not passed:
        return
    if not reason.strip():
        told = f"Before this person wait: {names_of(passed)}. Write why this person comes first"
        raise Refused("passed_over", told, field="passed_over")
    row = PassedOver.objects.create(
        bed_use=got if isinstance(got, BedUse) else None,
        slot_hold=got if isinstance(got, SlotHold) else None,
        admission=got if isinstance(got, Admission) else None,
        stay_move=got if isinstance(got, StayMove) else None,
        data_key=episode.person.data_key,
        entries=[one.pk for one in passed],
        reason=reason.strip(),
        made_by=by,
    )
    record("waitlist.passed_over", by=by, obj=row, person=episode.person_id, passed=len(passed))
