"""Slots of day programs: hold, reserve for a return, extend, release. Locks go episode, then program."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from config.templatetags.ui import clock_day
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.actions.holds import (
    check_longer,
    end_hold,
    end_holds_of,
    in_line,
    period_of_hold,
    review_of_return,
)
from programs.actions.passing import keep_reason, who_is_passed
from programs.choices import UseKind
from programs.models import Program, SlotHold
from programs.queries_slots import LIVE, free_slots

_TOLD = {
    "already_in_program": "The person is in this program now.",
    "program_closed": "This program takes nobody now.",
}


def hold(
    *,
    program: Program,
    episode: Episode,
    by: Any,
    until: datetime | None = None,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> SlotHold:
    """Hold a slot for an episode until a time (24 hours from now unless told); an earlier hold of it ends.

    Raises Conflict with how many are held and what is still open when every slot is taken, Refused when
    others wait for the level before this person and `passed_over` does not say why they do not come first.
    """
    period = period_of_hold(until, clock.now())
    more: dict[str, Any] = {"passed_over": passed_over, "submit_key": submit_key}
    return take(program, episode, UseKind.HOLD, period, by, **more, url=url)


def reserve_return(
    *,
    program: Program,
    episode: Episode,
    by: Any,
    expected_at: datetime,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> SlotHold:
    """Keep a slot for somebody who is out at detox, until a person releases it or the admission takes it.

    48 hours after `expected_at` it shows up as due for a look. Raises Refused as `hold` does.
    """
    now = clock.now()
    more: dict[str, Any] = {"passed_over": passed_over, "submit_key": submit_key}
    more["review_at"] = review_of_return(expected_at, now)
    return take(program, episode, UseKind.RETURN, (now, None), by, **more, url=url)


def take(program: Program, episode: Episode, kind: str, period: tuple, by: Any, **more: Any) -> SlotHold:
    """Hold or reserve a slot, for `hold`, `reserve_return` and a stay that is taken back.

    `passed_over` is None for who had the place before: nobody is passed over again.
    """
    demand(by, "programs.bed_hold")
    submit_key, url = more.pop("submit_key", None), more.pop("url", "")
    reason = more.pop("passed_over", "")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="slot.hold", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            not_by_break_glass(by, locked.person)
            room = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
            if room.slots is None:
                raise Refused("no_slots", "Only a day program of this center has slots", field="place")
            over = [] if reason is None else who_is_passed(locked, room.level, period[0])
            end_holds_of(locked, by, period[0])
            made = SlotHold.objects.create(
                program=room, episode=locked, kind=kind, period=period, made_by=by, **more
            )
            keep_reason(made, locked, over, reason, by)
            record("slot.held", by=by, obj=made, person=locked.person_id, program=room.pk, kind=kind)
            if key:
                key.done(url)
            return made
    except IntegrityError as error:
        raise explained(error, program, episode) from error


def explained(error: IntegrityError, program: Program, episode: Episode | None = None) -> Exception:
    """Turn the database's refusal of a slot into words; what is none of its codes goes on as it is."""
    code = refusal_code(error) or ""
    if code == "program_full":
        return full(program, clock.now(), episode, code=code)
    return Conflict(_TOLD[code]) if code in _TOLD else error


def extend(*, held: SlotHold, until: datetime, by: Any, passed_over: str = "") -> SlotHold:
    """Hold a slot on for the same person, until a time; also after the hold has ended, if a slot is open.

    Raises Conflict when it was released, or somebody else was faster; Refused as `hold` does.
    """
    demand(by, "programs.bed_hold")
    with transaction.atomic():
        episode = lock_open_episode(held.episode_id)
        locked = SlotHold.objects.select_for_update(of=("self",)).select_related("program").get(pk=held.pk)
        check_longer(locked, until)
        return hold(program=locked.program, episode=episode, by=by, until=until, passed_over=passed_over)


@transaction.atomic
def release(*, held: SlotHold, by: Any) -> SlotHold:
    """End a hold or a reservation of a slot now.

    A hold that has ended by itself is settled: nobody has to look at it any more. Raises Conflict when it was
    released before.
    """
    demand(by, "programs.bed_hold")
    locked = SlotHold.objects.select_for_update(of=("self",)).select_related("episode").get(pk=held.pk)
    not_by_break_glass(by, locked.episode.person)
    if locked.released_at is not None:
        raise Conflict("This had ended already.")
    end_hold(locked, by, clock.now())
    return locked


def full(program: Program, now: datetime, episode: Episode | None = None, **details: Any) -> Conflict:
    """Return the refusal of a full program: how many slots are held, until when, and what else is open.

    For an `episode` it names the position on the waitlist; its page leads to what is open and to the list.
    """
    held = SlotHold.objects.filter(LIVE, program=program)
    first = held.filter(kind=UseKind.HOLD).order_by("period__endswith").first()
    told = f"Every slot of {program.name} is taken."
    if count := held.count():
        told += f" {count} {'is' if count == 1 else 'are'} held for somebody"
        told += f", the first until {clock_day(first.period.upper, now)}." if first else "."
    other = free_slots(program.level).exclude(pk=program.pk).first()
    told += f" Open: {other.name}." if other else " No other program of this level has one."
    if episode is not None:
        words, waits = in_line(episode, program.level)
        told += f" {words}"
        details |= {"next_place": other, "waits": waits}
    return Conflict(told, **details)
