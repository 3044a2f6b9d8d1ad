"""A matching decision as plain data: stored with what it rests on, and computed again from it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from referrals.rules.matching import Candidate, Capacity, Match, Need, match


def snapshot_of(need: Need, candidates: Iterable[Candidate], now: datetime) -> dict[str, Any]:
    """Return the whole input of a decision as JSON."""
    return {
        "need": _plain(asdict(need)),
        "candidates": [_plain(asdict(one)) for one in candidates],
        "now": now.isoformat(),
    }


def told(results: Iterable[Match]) -> list[dict[str, Any]]:
    """Return what counts as the outcome: the order, who fits, and by what the others are ruled out."""
    return [
        {
            "facility": one.facility_id,
            "fits": one.fits,
            "why_not": [criterion for criterion, _ in one.why_not],
            "less": [criterion for criterion, _ in one.less],
            "rank": list(one.rank),
        }
        for one in results
    ]


def again(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compute a stored decision again, under the present rules."""
    return told(matches_of(snapshot))


def next_best(snapshot: Mapping[str, Any], asked: Collection[str]) -> Match | None:
    """Return who comes next of those that fit when partners were asked, without those asked since."""
    return next((one for one in matches_of(snapshot) if one.fits and one.facility_id not in asked), None)


def matches_of(snapshot: Mapping[str, Any]) -> list[Match]:
    """Return every partner of a stored decision with its reasons, in order."""
    need = Need(**_typed(Need, snapshot["need"]))
    candidates = [
        Candidate(**{**_typed(Candidate, one), "capacity": _capacity(one["capacity"])})
        for one in snapshot["candidates"]
    ]
    return match(need, candidates, datetime.fromisoformat(snapshot["now"]))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, datetime) else value


def _typed(kind: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that `kind` has now, lists as sets; one that it has no more is left out."""
    names = {field.name for field in fields(kind)}
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in names
    }


def _capacity(stored: Mapping[str, Any] | None) -> Capacity | None:
    if stored is None:
        return None
    return Capacity(**{**stored, "reported_at": datetime.fromisoformat(stored["reported_at"])})
