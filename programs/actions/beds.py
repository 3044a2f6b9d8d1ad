"""Beds: hold, reserve for a return, release, take out of use. Locks go episode, then bed."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.actions import record
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.episodes import lock_open_episode
from intake.models import Episode
from intake.picture import center_zone
from outbox.submit import once
from programs.actions.common import demand
from programs.choices import UseKind
from programs.models import Bed, BedUse

HOLD_HOURS = 24
"""How long an ordinary hold lasts unless told otherwise."""

LONGEST_HOLD = timedelta(days=7)
RETURN_REVIEW = timedelta(hours=48)
"""How long after the expected return somebody asks whether the reservation is still needed."""

HOLDS = (UseKind.HOLD, UseKind.RETURN)


def hold(
    *,
    bed: Bed,
    episode: Episode,
    by: Any,
    until: datetime | None = None,
    submit_key: UUID | None = None,
    url: str = "",
) -> BedUse:
    """Hold a bed for an episode until a time (24 hours from now unless told); an earlier hold of it ends.

    Raises Conflict with who was first and what is still open when the bed is taken.
    """
    now = clock.now()
    ends = until or now + timedelta(hours=HOLD_HOURS)
    if not now < ends <= now + LONGEST_HOLD:
        raise Refused("hold_end", "A hold ends later than now and within 7 days", field="until")
    period = (now, ends)
    return _take(bed, episode, UseKind.HOLD, period, by, submit_key=submit_key, url=url)


def reserve_return(
    *,
    bed: Bed,
    episode: Episode,
    by: Any,
    expected_at: datetime,
    submit_key: UUID | None = None,
    url: str = "",
) -> BedUse:
    """Keep a bed for somebody who is out at detox, until a person releases it or the admission takes it.

    48 hours after `expected_at` it shows up as due for a look.
    """
    period, review = (clock.now(), None), expected_at + RETURN_REVIEW
    return _take(bed, episode, UseKind.RETURN, period, by, review_at=review, submit_key=submit_key, url=url)


def _take(bed: Bed, episode: Episode, kind: str, period: tuple, by: Any, **more: Any) -> BedUse:
    demand(by, "programs.bed_hold")
    submit_key, url = more.pop("submit_key"), more.pop("url")
    try:
        with transaction.atomic():
            key = once(submit_key, scope="bed.hold", by=by) if submit_key else None
            locked = lock_open_episode(episode.pk)
            room = Bed.objects.select_for_update(of=("self",)).select_related("program").get(pk=bed.pk)
            if not (room.active and room.program.active):
                raise Conflict(f"Bed {room.label} is out of use.")
            for earlier in _holds_of(locked, period[0]):
                _end(earlier, by, period[0])
            use = BedUse.objects.create(
                bed=room, episode=locked, kind=kind, period=period, made_by=by, **more
            )
            record("bed.held", by=by, obj=use, person=locked.person_id, bed=room.pk, kind=kind)
            if key:
                key.done(url)
            return use
    except IntegrityError as error:
        if refusal_code(error) != "programs_beduse_no_overlap":
            raise
        raise Conflict(taken(bed, period[0])) from error


def _holds_of(episode: Episode, now: datetime) -> list[BedUse]:
    """Every hold and reservation of an episode that is in force now or later."""
    return list(
        BedUse.objects.select_for_update(of=("self",))
        .filter(episode=episode, kind__in=HOLDS, released_at__isnull=True)
        .filter(Q(period__endswith__isnull=True) | Q(period__endswith__gt=now))
    )


def taken(bed: Bed, now: datetime) -> str:
    """Say that a bed is taken, by whom of us and when, and which bed of the program is open."""
    use = BedUse.objects.filter(bed=bed, period__contains=now).select_related("made_by").first()
    first = "This bed was taken"
    if use is not None:
        who = use.made_by.display_name if use.made_by else "a colleague"
        first = f"Bed {bed.label} was taken at {clock_words(use.made_at)} by {who}"
    open_bed = (
        Bed.objects.filter(program_id=bed.program_id, active=True)
        .exclude(uses__in=BedUse.objects.filter(period__overlap=(now, None)))
        .order_by("label")
        .first()
    )
    if open_bed is None:
        return f"{first}. No other bed of this program is open."
    return f"{first}. Next open: {open_bed.label}."


def clock_words(moment: datetime) -> str:
    """Return a time with its seconds, in the center's zone."""
    return moment.astimezone(center_zone()).strftime("%H:%M:%S")


@transaction.atomic
def release(*, use: BedUse, by: Any) -> BedUse:
    """End a hold, a reservation or a time out of use now. Raises Conflict when it ended already."""
    demand(by, "programs.bed_take_out" if use.kind == UseKind.OUT else "programs.bed_hold")
    now = clock.now()
    locked = BedUse.objects.select_for_update(of=("self",)).select_related("episode").get(pk=use.pk)
    if locked.kind == UseKind.STAY:
        raise Refused("stay_by_admission_only", "Someone is in this bed. Record the discharge instead")
    if locked.released_at is not None or (locked.period.upper is not None and locked.period.upper <= now):
        raise Conflict("This had ended already.")
    _end(locked, by, now)
    return locked


def _end(use: BedUse, by: Any, now: datetime) -> None:
    """Cut a use's period at `now`."""
    start = use.period.lower
    use.period = (start, now) if start < now else (now, now)
    use.released_at, use.released_by = now, by
    use.save(update_fields=["period", "released_at", "released_by"])
    person = use.episode.person_id if use.episode else None
    record("bed.released", by=by, obj=use, person=person, bed=use.bed_id, kind=use.kind)


def end_holds_of(episode: Episode, by: Any, now: datetime) -> None:
    """End every hold of a locked episode, when the person was admitted or the episode closed."""
    for use in _holds_of(episode, now):
        _end(use, by, now)


def take_out(*, bed: Bed, by: Any, until: datetime | None = None) -> BedUse:
    """Take an open bed out of use, until a time or until somebody puts it back."""
    demand(by, "programs.bed_take_out")
    now = clock.now()
    if until is not None and until <= now:
        raise Refused("out_until", "A bed comes back into use later than now", field="until")
    try:
        with transaction.atomic():
            use = BedUse.objects.create(bed=bed, kind=UseKind.OUT, period=(now, until), made_by=by)
            record("bed.taken_out", by=by, obj=use, bed=bed.pk)
            return use
    except IntegrityError as error:
        if refusal_code(error) != "programs_beduse_no_overlap":
            raise
        raise Conflict(taken(bed, now)) from error
