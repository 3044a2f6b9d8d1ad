"""Reads of the slots of day programs: how many are taken, which are held, for whom and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from config.clock import AppNow
from intake.models import Episode
from intake.queries import episodes_for
from programs.choices import UseKind
from programs.models import Admission, PassedOver, Program, SlotHold, StayMove

FROM_NOW = Func(AppNow(), Value(None), function="tstzrange", output_field=DateTimeRangeField())
LIVE = Q(period__overlap=FROM_NOW)
"""A slot that is held now or later, as the database's triggers count it."""


def _count(rows: QuerySet) -> Coalesce:
    """Count the rows of each program, beside what else is counted."""
    counted = rows.order_by().values("program").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_taken(programs: QuerySet[Program]) -> QuerySet[Program]:
    """Put on programs how many people are in them (`present`), how many slots `held`, and both (`taken`)."""
    here = Admission.objects.filter(program=OuterRef("pk"), discharged_at__isnull=True)
    held = SlotHold.objects.filter(LIVE, program=OuterRef("pk"))
    counted = programs.annotate(present=_count(here), held=_count(held))
    return counted.annotate(taken=F("present") + F("held"))


def held_for_others(program: Program, episode: Episode) -> int:
    """Return how many slots are held for anybody but this episode: so many are taken for it."""
    return SlotHold.objects.filter(LIVE, program=program).exclude(episode=episode).count()


def free_slots(level: str) -> QuerySet[Program]:
    """Return the programs of a level that have a slot that nobody has or is held, with how many (`free`)."""
    programs = Program.objects.filter(active=True, level=level, slots__isnull=False)
    return with_taken(programs).annotate(free=F("slots") - F("taken")).filter(free__gt=0).order_by("name")


def slot_holds_for(user: Any) -> QuerySet[SlotHold]:
    """Holds of slots for people whose record `user` may open."""
    if not user.has_perm("programs.bed_read"):
        return SlotHold.objects.none()
    return SlotHold.objects.filter(episode__in=episodes_for(user)).select_related(
        "program", "episode__person__data_key", "made_by"
    )


def held_slots(user: Any) -> QuerySet[SlotHold]:
    """Every slot that is held now, whoever may read for whom, in the order of the programs' names."""
    if not user.has_perm("programs.bed_read"):
        return SlotHold.objects.none()
    held = SlotHold.objects.filter(LIVE, program__active=True)
    return held.select_related("program", "episode__person__data_key", "made_by", "offer").order_by(
        "program__name", "period", "id"
    )


def ended_slot_holds(user: Any, now: datetime) -> QuerySet[SlotHold]:
    """Holds of slots that ended by themselves with nobody admitted: somebody has to look."""
    return (
        slot_holds_for(user)
        .filter(kind=UseKind.HOLD, released_at__isnull=True, period__endswith__lte=now)
        .filter(episode__status="open", episode__stage__in=["review", "detox", "clearance"])
        .select_related("offer")
        .order_by("period")
    )


def slot_of(episode: Episode, now: datetime) -> SlotHold | None:
    """The slot that is held for this episode now or later."""
    return (
        SlotHold.objects.filter(episode=episode, released_at=None)
        .filter(Q(period__contains=now) | Q(period__startswith__gt=now))
        .select_related("program", "made_by")
        .order_by("period")
        .first()
    )


@dataclass(frozen=True)
class SlotStay:
    """The time that somebody was in a day program, read like the use of a bed."""

    episode: Episode
    period: DateTimeTZRange
    made_by: Any
    passed_over: PassedOver | None
    kind: UseKind = UseKind.STAY

    @property
    def episode_id(self) -> UUID:
        """Return whose time it is."""
        return self.episode.pk


def history_of_slots(program: Program, limit: int) -> list[SlotHold | SlotStay]:
    """Return for whom a slot was held and who was in the program, the latest first."""
    holds = (
        SlotHold.objects.filter(program=program, period__isempty=False)
        .select_related("made_by", "released_by", "episode__person__data_key", "passed_over__data_key")
        .order_by("-period")[:limit]
    )
    moved_on = StayMove.objects.filter(admission=OuterRef("pk"), from_program=program)
    moves = StayMove.objects.select_related("moved_by").order_by("moved_at", "id")
    stays = (
        Admission.objects.filter(Q(program=program) | Exists(moved_on))
        .select_related("admitted_by", "episode__person__data_key", "passed_over__data_key")
        .prefetch_related(Prefetch("moves", moves))
        .order_by("-admitted_at", "id")[:limit]
    )
    uses = [*holds, *(use for stay in stays for use in _times_in(program, stay))]
    return sorted(uses, key=attrgetter("period.lower"), reverse=True)[:limit]


def _times_in(program: Program, stay: Admission) -> Iterator[SlotStay]:
    """Return each time of a stay in a program, between its moves."""
    moves = list(stay.moves.all())
    here = moves[0].from_program_id if moves else stay.program_id
    begun, by, over = stay.admitted_at, stay.admitted_by, getattr(stay, "passed_over", None)
    for move in moves:
        if here == program.pk:
            yield SlotStay(stay.episode, DateTimeTZRange(begun, move.moved_at), by, over)
        here, begun, by, over = move.to_program_id, move.moved_at, move.moved_by, None
    if here == program.pk:
        yield SlotStay(stay.episode, DateTimeTZRange(begun, stay.discharged_at), by, over)
