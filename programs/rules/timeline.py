"""Draw the typical course of kratom withdrawal: which group a person's products fall in, and how strong when.

A drawing aid, labelled "typical, not your forecast"; it never feeds the detox rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programs.rules.expression import Condition, Number
from programs.rules.files import DATA, Node, fingerprint, read_rule_file
from programs.rules.io import read_timeline

DEFAULT_HOURS = (0, 12, 24, 48, 72, 120, 168, 240, 720, 2400)
_USE = {"amount": Number(known=False), "duration_months": Number(known=False)}


@dataclass(frozen=True)
class Group:
    """The course of one group, in hours after last use; `intensity` is the peak on a scale of 0 to 10."""

    id: str
    order: int
    onset: tuple[float, float]
    peak: tuple[float, float]
    acute_end: tuple[float, float]
    residual_end: float
    intensity: float
    evidence: str
    late_share: float
    source: str

    def at(self, hours: float) -> float:
        """Return the intensity so many hours after last use, two decimals."""
        starts, ends = sum(self.onset) / 2, sum(self.acute_end) / 2
        first, last = self.peak
        fades = max(self.residual_end, ends)
        late = self.late_share * self.intensity
        if hours <= starts or hours >= fades:
            strength = 0.0
        elif hours < first:
            strength = self.intensity * (hours - starts) / (first - starts)
        elif hours <= last:
            strength = self.intensity
        elif hours < ends:
            strength = self.intensity - (self.intensity - late) * (hours - last) / (ends - last)
        else:
            strength = late * (fades - hours) / (fades - ends)
        return round(strength, 2)


@dataclass(frozen=True)
class Assignment:
    """One line of the table from product to group; without a condition it always applies."""

    product: str
    when: Condition | None
    group: Group


@dataclass(frozen=True)
class TimelineModel:
    """The groups, and the lines that assign a product to one, first true line first.

    `inner_peak`: the narrower peak of the two that the source gives, in hours; drawn, never counted with.
    """

    id: str
    sha256: str
    source: str
    groups: Mapping[str, Group]
    assignments: tuple[Assignment, ...]
    conflicts: tuple[str, ...]
    inner_peak: tuple[float, float]
    sign_off: str


@dataclass(frozen=True)
class Timeline:
    """The group of a person's products, None without kratom, and the intensity at each hour asked for."""

    group: Group | None
    intensity_at_h: Mapping[str, float]

    def as_output(self) -> dict[str, Any]:
        """Return the result as the document that `manage.py decide timeline` prints."""
        return {
            "group": self.group.id if self.group else None,
            "intensity_at_h": dict(self.intensity_at_h),
        }


def load_timeline(path: Path = DATA / "timeline.json") -> TimelineModel:
    """Return the timeline model of this file; raise `RulesetError` when it isn't whole."""
    file = read_rule_file(path, "clearway-timeline/1").keys(
        ("format", "id", "source", "groups", "assign", "late_share", "conflicts", "inner_peak", "sign_off"),
        ("notation",),
    )
    late_share = file["late_share"].number()
    groups = {name: _group(name, node, late_share) for name, node in file["groups"].entries()}
    return TimelineModel(
        id=file["id"].text(),
        sha256=fingerprint(file),
        source=file["source"].text(),
        groups=groups,
        assignments=tuple(_assignment(node, groups) for node in file["assign"].each()),
        conflicts=file.sentences("conflicts"),
        inner_peak=_span(file["inner_peak"]),
        sign_off=file.sign_off(),
    )


def _group(name: str, node: Node, late_share: float) -> Group:
    node.keys(("order", "lineage", "onset", "peak", "acute_end", "residual_end", "intensity", "evidence"))
    onset, peak, acute_end = (_span(node[key]) for key in ("onset", "peak", "acute_end"))
    if not sum(onset) / 2 < peak[0] <= peak[1] < sum(acute_end) / 2:
        raise node.error("onset, peak and end must follow each other")
    return Group(
        id=name,
        order=node["order"].whole(1, 99),
        onset=onset,
        peak=peak,
        acute_end=acute_end,
        residual_end=node["residual_end"].number(),
        intensity=node["intensity"].number(),
        evidence=node["evidence"].text(),
        late_share=late_share,
        source=node["lineage"].text(),
    )


def _span(node: Node) -> tuple[float, float]:
    ends = [inner.number() for inner in node.each()]
    if len(ends) != 2 or ends[0] > ends[1]:
        raise node.error("must be two numbers, the smaller first")
    return ends[0], ends[1]


def _assignment(node: Node, groups: Mapping[str, Group]) -> Assignment:
    node.keys(("product", "group"), ("when",))
    when = node["when"].condition(_USE) if "when" in node else None
    return Assignment(node["product"].text(), when, groups[node["group"].word(groups)])


TIMELINE = load_timeline()


def group_of(products: Mapping[str, Mapping[str, Any]], model: TimelineModel = TIMELINE) -> Group | None:
    """Return the strongest group among these products (code to amount and months), None without kratom."""
    found = []
    for code, use in products.items():
        known = {key: use.get(key) for key in _USE}
        lines = (line for line in model.assignments if line.product == code)
        first = next((line for line in lines if line.when is None or line.when.holds(known)), None)
        if first is not None:
            found.append(first.group)
    return max(found, key=lambda group: group.order, default=None)


def timeline(
    products: Mapping[str, Mapping[str, Any]],
    hours: Iterable[float] = DEFAULT_HOURS,
    model: TimelineModel = TIMELINE,
) -> Timeline:
    """Return the group of these products and its intensity at these hours after last use."""
    group = group_of(products, model)
    return Timeline(group, {_hour(hour): group.at(hour) for hour in hours} if group else {})


def decide_timeline(given: Mapping[str, Any]) -> Timeline:
    """Return the timeline for an input document; raise `programs.rules.io.BadInput` if not well-formed."""
    read = read_timeline(given)
    return timeline(read["products"], read.get("hours", DEFAULT_HOURS))


def _hour(hour: float) -> str:
    return str(int(hour)) if hour == int(hour) else str(hour)
