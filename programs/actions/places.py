"""A place of either kind, a bed or a slot: hold it, reserve it, release it, and hold it again."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.models import Episode
from programs.actions import beds, slots
from programs.actions.holds import HOLD_HOURS, Held
from programs.choices import HOLDS, UseKind
from programs.models import Admission, Bed, BedUse, Program, SlotHold
from programs.queries import determination_of

log = logging.getLogger("clearway.beds")

Place = Bed | Program


def hold(*, place: Place, episode: Episode, by: Any, **more: Any) -> Held:
    """Hold a bed, or a slot of a day program, as `beds.hold` and `slots.hold` do."""
    if isinstance(place, Program):
        return slots.hold(program=place, episode=episode, by=by, **more)
    return beds.hold(bed=place, episode=episode, by=by, **more)


def reserve_return(*, place: Place, episode: Episode, by: Any, **more: Any) -> Held:
    """Keep a bed or a slot for a return, as `beds.reserve_return` and `slots.reserve_return` do.

    Raises Refused for who does not go to detox first: nothing would ever end it.
    """
    try:
        if isinstance(place, Program):
            return slots.reserve_return(program=place, episode=episode, by=by, **more)
        return beds.reserve_return(bed=place, episode=episode, by=by, **more)
    except IntegrityError as error:
        if refusal_code(error) != "return_not_from_detox":
            raise
        told = "Only who goes to detox first comes back from there. Choose a hold that ends by itself"
        raise Refused("not_from_detox", told, field="kind") from error


def release(*, held: Held, by: Any) -> Held:
    """End a hold or a reservation of a bed or a slot. Raises Conflict when it was released before."""
    return slots.release(held=held, by=by) if isinstance(held, SlotHold) else beds.release(use=held, by=by)


def place_of_hold(held: Held) -> Place:
    """Return the bed that is held, or the program of the slot."""
    return held.program if isinstance(held, SlotHold) else held.bed


def hold_again(*, admission: Admission, by: Any, now: datetime) -> None:
    """Hook of programs: an admission was taken back, and what was held before it is held again.

    A reservation for a return goes on as it was while the decision is for detox first, anything else for a
    day. What is not open stays so.
    """
    before = max(_ended_by(admission), key=lambda held: held.made_at, default=None)
    if before is None or before.episode is None:
        return
    # The database ended the stay a moment after `now`: the place is open from then on.
    start = max(now, clock.now())
    signed = determination_of(before.episode)
    returns = before.kind == UseKind.RETURN and signed is not None and signed.detox_first
    kind, end = (UseKind.RETURN, None) if returns else (UseKind.HOLD, start + timedelta(hours=HOLD_HOURS))
    again: Any = slots.take if isinstance(before, SlotHold) else beds.take
    try:
        again(
            place_of_hold(before),
            before.episode,
            kind,
            (start, end),
            by,
            review_at=before.review_at if returns else None,
            passed_over=None,
        )
    except Conflict:
        log.info("stay %s was taken back: its place is not open, nothing is held", admission.pk)


def _ended_by(admission: Admission) -> list[Held]:
    """Return the holds of a person that ended because they were admitted."""
    ended = {
        "episode": admission.episode_id,
        "kind__in": HOLDS,
        "released_at__gte": admission.admitted_at,
        "released_at__lte": admission.recorded_at,
        "period__endswith__gte": admission.admitted_at,
    }
    beds_held = BedUse.objects.filter(**ended).select_related("bed", "episode")
    return [*beds_held, *SlotHold.objects.filter(**ended).select_related("program", "episode")]
