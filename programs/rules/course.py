"""The typical course of kratom withdrawal on the calendar: bands between the earliest and the latest moment.

A picture to talk over, labelled "typical, not your forecast". No rule reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from programs.rules.timeline import TIMELINE, Group, TimelineModel, group_of


@dataclass(frozen=True)
class Band:
    """From the earliest start to the latest end; between `sure_from` and `sure_to` whenever the last use was.

    The two are None when the last use is so uncertain that nothing is sure.
    """

    key: str
    start: datetime
    end: datetime
    sure_from: datetime | None
    sure_to: datetime | None


@dataclass(frozen=True)
class Course:
    """The bands of one person's course. `last_from` None: nobody knows how long before `last_to`.

    `return_from`: when a return from detox can be expected at the earliest, the acute phase being over.
    """

    group: Group
    last_from: datetime | None
    last_to: datetime
    bands: tuple[Band, ...]
    return_from: datetime
    conflicts: tuple[str, ...]

    @property
    def approximate(self) -> bool:
        """Say whether the last use is a span and not a moment."""
        return self.last_from != self.last_to


def course_of(
    products: Mapping[str, Mapping[str, Any]],
    last_from: datetime | None,
    last_to: datetime,
    model: TimelineModel = TIMELINE,
) -> Course | None:
    """Return the course for products (code to amount and months) last used in a span; None without kratom."""
    group = group_of(products, model)
    if group is None:
        return None
    spans = {
        "onset": group.onset,
        "peak": group.peak,
        "inner_peak": _overlap(group.peak, model.inner_peak),
        "acute": (group.onset[0], group.acute_end[1]),
        "acute_end": group.acute_end,
        "late": (group.acute_end[0], group.residual_end),
    }
    if spans["inner_peak"] == spans["peak"]:
        del spans["inner_peak"]
    first = last_from or last_to
    bands = tuple(_band(key, first, last_to, low, high) for key, (low, high) in spans.items() if low < high)
    return Course(group, last_from, last_to, bands, _after(last_to, group.acute_end[0]), model.conflicts)


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return max(one[0], other[0]), min(one[1], other[1])


def _after(moment: datetime, hours: float) -> datetime:
    return moment + timedelta(hours=hours)


def _band(key: str, first: datetime, last: datetime, low: float, high: float) -> Band:
    sure_from, sure_to = _after(last, low), _after(first, high)
    sure = sure_from < sure_to
    return Band(
        key, _after(first, low), _after(last, high), sure_from if sure else None, sure_to if sure else None
    )
