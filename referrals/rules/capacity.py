"""Open beds in words, with their age and for whom they are. Stale is said, never hidden."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FRESH, STALE = timedelta(hours=4), timedelta(hours=24)
"""Bed numbers up to 4 hours old are shown plainly, up to 24 hours as "call to check", then not at all."""


@dataclass(frozen=True)
class Capacity:
    """How many beds a partner said were open, when, and through whom; how many are for one sex only."""

    beds_open: int
    reported_at: datetime
    source: str = "phone"
    women_only: int | None = None
    men_only: int | None = None

    def open_for(self, sex: str) -> int:
        """Return how many of the open beds a person of this sex can have; all when it is not known."""
        closed = {"female": self.men_only, "male": self.women_only}.get(sex)
        return max(self.beds_open - (closed or 0), 0)


@dataclass(frozen=True)
class CapacityText:
    """Open beds in words with their age. `grade` is fresh, aging or unknown; `full` when none are open."""

    text: str
    grade: str
    full: bool = False


def capacity_text(capacity: Capacity | None, now: datetime, sex: str = "unknown") -> CapacityText:
    """Say how many beds are open and how old that is; older than 24 hours is not known.

    `full` is said for a person of this sex: beds for others only are none.
    """
    if capacity is None:
        return CapacityText("Beds not known", "unknown")
    age = max(now - capacity.reported_at, timedelta(0))
    if age > STALE:
        return CapacityText(f"Beds not known (last heard {_age(age)} ago)", "unknown")
    beds = "No bed open" if not capacity.beds_open else _count(capacity.beds_open) + " open"
    beds += _kinds(capacity)
    full = capacity.open_for(sex) == 0
    if age > FRESH:
        return CapacityText(f"{beds}, {_age(age)} ago. Call to check", "aging", full)
    return CapacityText(f"{beds}, confirmed {_age(age)} ago", "fresh", full)


def _kinds(capacity: Capacity) -> str:
    kinds = ((capacity.women_only, "women"), (capacity.men_only, "men"))
    parts = [f"{number} for {who} only" for number, who in kinds if number]
    return f" ({' and '.join(parts)})" if parts else ""


def _count(number: int) -> str:
    return "1 bed" if number == 1 else f"{number} beds"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // (24 * 60)} days"
