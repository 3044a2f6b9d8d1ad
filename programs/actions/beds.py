"""Beds: hold, reserve for a return, release, take out of use. Locks go episode, then bed."""

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
from intake.picture import center_zone
from outbox.submit import once
from programs.actions.common import demand, not_by_break_glass
from programs.actions.holds import (
    check_longer,
    end_hold,
    end_holds_of,
    in_line,
    is_over,
    period_of_hold,
    review_of_return,
)
from programs.actions.passing import keep_reason, who_is_passed
from programs.choices import OutReason, UseKind
from programs.models import Bed, BedUse


def hold(
    *,
    bed: Bed,
    episode: Episode,
    by: Any,
    until: datetime | None = None,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> BedUse:
    """Hold a bed for an episode until a time (24 hours from now unless told); an earlier hold of it ends.

    Raises Conflict with who was first and what is still open when the bed is taken, Refused when others wait
    for the level before this person and `passed_over` does not say why they do not come first.
    """
    period = period_of_hold(until, clock.now())
    more: dict[str, Any] = {"passed_over": passed_over, "submit_key": submit_key}
    return take(bed, episode, UseKind.HOLD, period, by, **more, url=url)


def reserve_return(
    *,
    bed: Bed,
    episode: Episode,
    by: Any,
    expected_at: datetime,
    passed_over: str = "",
    submit_key: UUID | None = None,
    url: str = "",
) -> BedUse:
    """Keep a bed for somebody who is out at detox, until a person releases it or the admission takes it.

    48 hours after `expected_at` it shows up as due for a look. Raises Refused as `hold` does.
    """
    now = clock.now()
    more: dict[str, Any] = {"passed_over": passed_over, "submit_key": submit_key}
    more["review_at"] = review_of_return(expected_at, now)
    return take(bed, episode, UseKind.RETURN, (now, None), by, **more, url=url)


def take(bed: Bed, episode: Episode, kind: str, period: tuple, by: Any, **more: Any) -> BedUse:
    """Hold or reserve a bed, for `hold`, `reserve_return` and a stay that is taken back.

    `passed_over` is None for who had the place before: nobody is passed over again.
    """
    demand(by, "programs.bed_hold")
    submit_key, url = more.pop("submit_key", None), more.pop("url", "")
    reason = more.pop("passed_over", "")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="bed.hold", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            not_by_break_glass(by, locked.person)
            room = Bed.objects.select_for_update(of=("self",)).select_related("program").get(pk=bed.pk)
            if not (room.active and room.program.active):
                raise Conflict(f"Bed {room.label} is out of use.")
            over = [] if reason is None else who_is_passed(locked, room.program.level, period[0])
            end_holds_of(locked, by, period[0])
            use = BedUse.objects.create(
                bed=room, episode=locked, kind=kind, period=period, made_by=by, **more
            )
            keep_reason(use, locked, over, reason, by)
            record("bed.held", by=by, obj=use, person=locked.person_id, bed=room.pk, kind=kind)
            if key:
                key.done(url)
            return use
    except IntegrityError as error:
        if refusal_code(error) != "programs_beduse_no_overlap":
            raise
        raise taken(bed, period[0], episode) from error


def extend(*, use: BedUse, until: datetime, by: Any, passed_over: str = "") -> BedUse:
    """Hold a bed on for the same person, until a time; also after the hold has ended, if the bed is open.

    Raises Conflict when it was released, or somebody else was faster; Refused as `hold` does.
    """
    demand(by, "programs.bed_hold")
    if use.episode_id is None:
        raise Refused("not_held", "Only a hold is extended")
    with transaction.atomic():
        episode = lock_open_episode(use.episode_id)
        locked = BedUse.objects.select_for_update(of=("self",)).select_related("bed").get(pk=use.pk)
        check_longer(locked, until)
        return hold(bed=locked.bed, episode=episode, by=by, until=until, passed_over=passed_over)


def taken(bed: Bed, now: datetime, episode: Episode | None = None, **details: Any) -> Conflict:
    """Return the refusal of a taken bed: by whom of us, when, until when, and which of the program is open.

    For an `episode` it names the position on the waitlist; its page leads to the open bed and to the list.
    """
    # Whoever was faster by a moment may have begun a moment after `now`.
    uses = BedUse.objects.filter(bed=bed, period__overlap=(now, None)).order_by("period")
    use = uses.select_related("made_by").first()
    first = "This bed was taken"
    if use is not None and use.kind == UseKind.CLEANING:
        first = f"Bed {bed.label} is being cleaned"
    elif use is not None:
        who = use.made_by.display_name if use.made_by else "a colleague"
        first = f"Bed {bed.label} was taken at {clock_words(use.made_at)} by {who}"
        if use.period.upper is not None:
            first += f", until {clock_day(use.period.upper, now)}"
    open_bed = (
        Bed.objects.filter(program_id=bed.program_id, active=True)
        .exclude(uses__in=BedUse.objects.filter(period__overlap=(now, None)))
        .order_by("label")
        .first()
    )
    told = f"{first}. No other bed of this program is open."
    if open_bed is not None:
        told = f"{first}. Next open: {open_bed.label}."
    if episode is not None:
        level = Bed.objects.values_list("program__level", flat=True).get(pk=bed.pk)
        words, waits = in_line(episode, level)
        told += f" {words}"
        details |= {"next_place": open_bed, "waits": waits}
    return Conflict(told, **details)


def clock_words(moment: datetime) -> str:
    """Return a time with its seconds, in the center's zone."""
    return moment.astimezone(center_zone()).strftime("%H:%M:%S")


@transaction.atomic
def release(*, use: BedUse, by: Any) -> BedUse:
    """End a hold, a reservation, a cleaning or a time out of use now.

    A hold that has ended by itself is settled: nobody has to look at it any more. Raises Conflict when it was
    released before, or a time out of use has ended.
    """
    demand(by, "programs.bed_take_out" if use.kind == UseKind.OUT else "programs.bed_hold")
    now = clock.now()
    locked = BedUse.objects.select_for_update(of=("self",)).select_related("episode").get(pk=use.pk)
    if locked.episode is not None:
        not_by_break_glass(by, locked.episode.person)
    if locked.kind == UseKind.STAY:
        raise Refused("stay_by_admission_only", "Someone is in this bed. Record the discharge instead")
    if locked.released_at is not None or (locked.kind == UseKind.OUT and is_over(locked, now)):
        raise Conflict("This had ended already.")
    end_hold(locked, by, now)
    return locked


def take_out(*, bed: Bed, reason: str, by: Any, until: datetime | None = None) -> BedUse:
    """Take an open bed out of use for a reason, until a time or until somebody puts it back."""
    demand(by, "programs.bed_take_out")
    if reason not in OutReason.values:
        raise Refused("out_reason", "Select a reason", field="reason")
    now = clock.now()
    if until is not None and until <= now:
        raise Refused("out_until", "A bed comes back into use later than now", field="until")
    try:
        with transaction.atomic():
            use = BedUse.objects.create(
                bed=bed, kind=UseKind.OUT, period=(now, until), out_reason=reason, made_by=by
            )
            record("bed.taken_out", by=by, obj=use, bed=bed.pk, reason=reason)
            return use
    except IntegrityError as error:
        if refusal_code(error) != "programs_beduse_no_overlap":
            raise
        raise taken(bed, now) from error
