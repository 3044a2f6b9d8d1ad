"""Which partners can take this person, which cannot, and why: no score, no money, same order every time.

Hard criteria rule out, wishes and freshness rank; every one is worded (`referrals.rules.criteria`). Order of
those that fit: open beds by freshness, those without an open bed last; then fewest wishes not met; fewest
things to check; the nearest; the name. Those ruled out stand by how few things are in the way, then alike.
Sources: 003_6413cf4bbc8f0f0c.txt lines 65, 66 and 93 (detox comes from partners), the partner criteria of
the referral directory requirements (type of care, withdrawal, age, unit, pregnancy, payment, medicines).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from referrals.rules.capacity import FRESH, STALE, Capacity, CapacityText, capacity_text
from referrals.rules.criteria import Candidate, Finding, Need, findings

__all__ = [
    "FRESH",
    "RULES",
    "RULES_SHA256",
    "STALE",
    "Candidate",
    "Capacity",
    "CapacityText",
    "Finding",
    "Match",
    "Need",
    "capacity_text",
    "distance_text",
    "match",
]

RULES = "matching-2"
"""The version of these rules; a change of an outcome is the next one."""
_FILES = ("matching.py", "criteria.py", "capacity.py")
RULES_SHA256 = sha256(b"".join(Path(__file__).with_name(name).read_bytes() for name in _FILES)).hexdigest()
"""The fingerprint of the very text of the rules: a stored decision names exactly what it was made with."""
SAID_OF_EVERYONE = frozenset({"caution"})
"""What has to be checked by phone anyway and ranks nobody lower."""


@dataclass(frozen=True)
class Match:
    """One partner's result: `why` it fits, what to `check` by phone, wishes it meets `less`, and `why_not`.

    `why_not` and `less` are pairs of criterion and sentence. `distance` is in words, empty when nobody asked.
    """

    facility_id: str
    name: str
    fits: bool
    why: tuple[str, ...]
    check: tuple[str, ...]
    less: tuple[tuple[str, str], ...]
    why_not: tuple[tuple[str, str], ...]
    capacity: CapacityText
    rank: tuple[int, int, int, int]
    miles: int | None = None

    @property
    def one_short(self) -> bool:
        """Tell whether a single criterion stands in the way."""
        return len(self.why_not) == 1


def match(need: Need, facilities: Iterable[Candidate], now: datetime) -> list[Match]:
    """Judge every partner against the need and put them in the order in which to ask them."""
    return sorted((judge(need, facility, now) for facility in facilities), key=_order)


def judge(need: Need, facility: Candidate, now: datetime) -> Match:
    """Judge one partner."""
    found = findings(need, facility)
    why_not = tuple((criterion, text) for kind, criterion, text in found if kind == "why_not")
    less = tuple((criterion, text) for kind, criterion, text in found if kind == "less")
    checks = [criterion for kind, criterion, _ in found if kind == "check"]
    capacity = capacity_text(facility.capacity, now, need.sex)
    beds = 3 if capacity.full else ("fresh", "aging", "unknown").index(capacity.grade)
    to_check = sum(criterion not in SAID_OF_EVERYONE for criterion in checks)
    return Match(
        facility_id=facility.id,
        name=facility.name,
        fits=not why_not,
        why=tuple(text for kind, _, text in found if kind == "why"),
        check=tuple(text for kind, _, text in found if kind == "check"),
        less=less,
        why_not=why_not,
        capacity=capacity,
        rank=(beds, len(less), to_check, FAR if facility.miles is None else facility.miles),
        miles=facility.miles,
    )


FAR = 99_999
"""Where a partner stands whose distance is not known: after all others."""


def distance_text(miles: int | None, *, asked: bool) -> str:
    """Say a distance between the middles of two ZIP areas; empty when the person's ZIP is not known."""
    if not asked:
        return ""
    if miles is None:
        return "Distance not known"
    return "Same ZIP area" if miles == 0 else f"About {miles} mile{'' if miles == 1 else 's'}, straight line"


def _order(result: Match) -> tuple:
    return (not result.fits, len(result.why_not), result.rank, result.name, result.facility_id)
