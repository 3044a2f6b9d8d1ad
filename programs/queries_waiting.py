"""Reads of the waitlist: the line for a level, free beds, and what is due for those who wait."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from intake.choices import Stage
from intake.models import Episode
from intake.queries import episodes_for
from programs.choices import BED_LEVELS, CENTER_LEVELS, HOLDS
from programs.choices_waiting import OfferState, Priority
from programs.models import (
    Bed,
    BedUse,
    PassedOver,
    PlaceOffer,
    Program,
    SlotHold,
    WaitingCheck,
    WaitlistEntry,
)
from programs.queries import place_of
from programs.queries_slots import free_slots
from programs.rules.waiting import Waiting, passed, rank_of, ready

LET_GO = (OfferState.DECLINED, OfferState.EXPIRED)


def all_entries() -> QuerySet[WaitlistEntry]:
    """Everybody who waits or has waited: where a page of the list goes on, and nothing of whom."""
    return WaitlistEntry.objects.order_by()


def open_entries() -> QuerySet[WaitlistEntry]:
    """Everybody who waits, in the stated order of each level."""
    return WaitlistEntry.objects.filter(ended_at__isnull=True).order_by("level", "rank", "since", "id")


def entries_after(entry: WaitlistEntry | None) -> QuerySet[WaitlistEntry]:
    """Return everybody who waits after this one, who may have ended: the next page of the list."""
    if entry is None:
        return open_entries()
    later = Q(rank__gt=entry.rank) | Q(rank=entry.rank, since__gt=entry.since)
    later |= Q(rank=entry.rank, since=entry.since, id__gt=entry.pk)
    return open_entries().filter(Q(level__gt=entry.level) | Q(later, level=entry.level))


def entries_for(user: Any) -> QuerySet[WaitlistEntry]:
    """Entries of people whose record `user` may open."""
    return WaitlistEntry.objects.filter(episode__in=episodes_for(user)).select_related(
        "data_key", "episode__person__data_key", "added_by"
    )


def judged(entries: QuerySet[WaitlistEntry], now: datetime) -> QuerySet[WaitlistEntry]:
    """Put on entries what keeps the next place from them: `placed` and `let_go_at`."""
    ahead = Q(period__endswith__isnull=True, period__isempty=False) | Q(period__endswith__gt=now)
    held = {"episode": OuterRef("episode"), "kind__in": HOLDS, "released_at__isnull": True}
    bed, slot = BedUse.objects.filter(ahead, **held), SlotHold.objects.filter(ahead, **held)
    gone = Max("offers__ended_at", filter=Q(offers__state__in=LET_GO))
    return entries.annotate(placed=Exists(bed) | Exists(slot), let_go_at=gone).select_related("episode")


def as_waiting(entries: Iterable[Any]) -> list[Waiting]:
    """Turn judged entries into what the rule reads."""
    return [
        Waiting(
            key=one.pk,
            rank=one.rank,
            since=one.since,
            has_place=one.placed,
            at_detox=one.episode.stage == Stage.DETOX,
            last_offer_ended=one.let_go_at,
        )
        for one in entries
    ]


def line_of(level: str, now: datetime) -> list[Waiting]:
    """Return everybody who waits for a level, as the rule reads them."""
    return as_waiting(judged(open_entries().filter(level=level), now))


def passed_by(
    episode: Episode | None, now: datetime, levels: Iterable[str] = CENTER_LEVELS
) -> dict[str, list[WaitlistEntry]]:
    """Return by level who waits and would be passed over when an episode gets a place of it now.

    Without an episode: everybody who is ready for a place.
    """
    lines: dict[str, list[WaitlistEntry]] = {}
    for one in judged(open_entries().filter(level__in=levels), now):
        lines.setdefault(one.level, []).append(one)
    held = place_of(episode, now) if episode is not None and lines else None
    found = {}
    for level, entries in lines.items():
        line = as_waiting(entries)
        if episode is None:
            over = {one.key for one in line if ready(one, now)}
        else:
            waits = next((one for one in entries if one.episode_id == episode.pk), None)
            pregnant = [Priority.PREGNANCY] if episode.ob_contact_needed else []
            mine = Waiting(
                key=waits and waits.pk,
                rank=waits.rank if waits else rank_of(pregnant),
                since=waits.since if waits else now,
                has_place=held is not None and held.program.level == level,
            )
            over = {one.key for one in passed(line, mine, now)}
        if over:
            found[level] = [one for one in entries if one.pk in over]
    return found


def passed_over_by(entry: WaitlistEntry) -> QuerySet[PassedOver]:
    """Return the places that somebody got before this one who waits, the latest first."""
    rows = PassedOver.objects.filter(entries__contains=[entry.pk]).select_related("made_by")
    return rows.order_by("-made_at")


def position_of(episode: Episode, level: str) -> tuple[int, bool]:
    """Return the place in the line for a level that an episode has, or would get, and whether it has one.

    A place that it would get counts pregnancy alone: other reasons are not known before it joins.
    """
    line = open_entries().filter(level=level)
    mine = line.filter(episode=episode).first()
    if mine is None:
        rank = rank_of([Priority.PREGNANCY] if episode.ob_contact_needed else [])
        return line.filter(rank__lte=rank).count() + 1, False
    before = Q(rank__lt=mine.rank) | Q(rank=mine.rank, since__lt=mine.since)
    tie = Q(rank=mine.rank, since=mine.since, pk__lte=mine.pk)
    return line.filter(before | tie).count(), True


def free_beds(level: str, now: datetime, until: datetime) -> QuerySet[Bed]:
    """Return the beds of a level that nobody uses from now until then."""
    used = BedUse.objects.filter(bed=OuterRef("pk"), period__overlap=(now, until))
    return (
        Bed.objects.filter(active=True, program__active=True, program__level=level)
        .filter(~Exists(used))
        .select_related("program")
        .order_by("label")
    )


def free_places(level: str, now: datetime, until: datetime, limit: int) -> list[Bed] | list[Program]:
    """Return up to `limit` free places of a level until then: beds, or a program for each free slot."""
    if level in BED_LEVELS:
        return list(free_beds(level, now, until)[:limit])
    return [one for one in free_slots(level)[:limit] for _ in range(one.free)][:limit]


def count_free(level: str, now: datetime, until: datetime) -> int:
    """Return how many beds or slots of a level are free until then."""
    if level in BED_LEVELS:
        return free_beds(level, now, until).count()
    return sum(one.free for one in free_slots(level))


def place_offers_for(user: Any) -> QuerySet[PlaceOffer]:
    """Offers of places to people whose record `user` may open."""
    return PlaceOffer.objects.filter(entry__episode__in=episodes_for(user)).select_related(
        "data_key",
        "bed_use__bed__program",
        "slot_hold__program",
        "entry__episode__person__data_key",
        "made_by",
        "ended_by",
    )


def open_place_offers(user: Any) -> QuerySet[PlaceOffer]:
    """Offers that wait for an answer, the first to end first."""
    return place_offers_for(user).filter(state=OfferState.OPEN).order_by("expires_at", "id")


def checks_due(user: Any, now: datetime) -> QuerySet[WaitingCheck]:
    """Calls that are due to people who wait, the longest due first."""
    return (
        WaitingCheck.objects.filter(
            outcome="",
            due_at__lte=now,
            entry__ended_at__isnull=True,
            entry__episode__in=episodes_for(user),
        )
        .select_related("entry__episode__person__data_key")
        .order_by("due_at", "id")
    )


def not_reached(user: Any) -> QuerySet[WaitlistEntry]:
    """People who wait and were not reached twice in a row, for supervisors; the longest first."""
    if not user.has_perm("programs.waitlist_escalated"):
        return WaitlistEntry.objects.none()
    return (
        entries_for(user)
        .filter(ended_at__isnull=True, escalated_at__isnull=False)
        .order_by("escalated_at", "id")
    )
