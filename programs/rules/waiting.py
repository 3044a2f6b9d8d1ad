"""Who is next for a place, and when somebody who waits is called (features P11, D14, U16). Pure.

The order is stated, and the same for everybody: pregnancy, then safety, then time. The numbers need a
clinician's sign-off (`docs/clinical-sign-off.md`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programs.choices_waiting import CheckOutcome, Priority, Rank

RANKS = {Priority.PREGNANCY: Rank.PREGNANCY}
"""Which reason leads to which rank; every other reason is one of safety."""

REST = timedelta(hours=24)
"""How long nobody is offered the next place after an offer that they declined or let end."""

MISSES = 2
"""So many calls in a row without reaching the person, and a supervisor is asked."""

NOT_REACHED = frozenset({CheckOutcome.NOT_REACHED, CheckOutcome.MISSED})


@dataclass(frozen=True)
class Waiting:
    """One who waits: rank, since when, and what keeps the next place from them for now."""

    key: Any
    rank: int
    since: datetime
    has_place: bool = False
    at_detox: bool = False
    last_offer_ended: datetime | None = None


def rank_of(reasons: Collection[str]) -> Rank:
    """Return the rank that the weightiest of these reasons gives; without any, time decides."""
    return min((RANKS.get(Priority(one), Rank.SAFETY) for one in reasons), default=Rank.TIME)


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return them in the stated order: rank, then who waits longest; the key decides a tie."""
    return sorted(waiting, key=lambda one: (one.rank, one.since, str(one.key)))


def ready(one: Waiting, now: datetime) -> bool:
    """Say whether a free place is offered to them now.

    Not to who has a place held or offered, is out at detox, or let the last offer go within a day.
    """
    rests = one.last_offer_ended is not None and now < one.last_offer_ended + REST
    return not (one.has_place or one.at_detox or rests)


def first(waiting: Iterable[Waiting], now: datetime) -> Waiting | None:
    """Return who is offered the next place: the first in the order who is ready."""
    return next((one for one in in_order(waiting) if ready(one, now)), None)


def passed(waiting: Iterable[Waiting], mine: Waiting, now: datetime) -> list[Waiting]:
    """Return who would be passed over when `mine` gets a place now: those before them who are ready for one.

    Nobody is, by who has a place held already.
    """
    if mine.has_place:
        return []
    before = (mine.rank, mine.since)
    return [one for one in in_order(waiting) if (one.rank, one.since) < before and ready(one, now)]


def next_check(schedule: Sequence[int], since: datetime, done: int, now: datetime) -> datetime:
    """Return when the next call is due: the `schedule` in hours from `since`, then its last step again.

    A time that has passed meanwhile is made up for by one call, one last step from now.
    """
    if done < len(schedule):
        due = since + timedelta(hours=schedule[done])
        if due > now:
            return due
    gap = schedule[-1] - (schedule[-2] if len(schedule) > 1 else 0)
    return now + timedelta(hours=gap)


def escalates(newest_first: Sequence[str]) -> bool:
    """Say whether the last calls in a row reached nobody, so that a supervisor is asked."""
    return len(newest_first) >= MISSES and all(one in NOT_REACHED for one in newest_first[:MISSES])
