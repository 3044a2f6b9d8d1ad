"""The need that nobody met, counted by criterion and area, with small numbers hidden.

A number below `FEWEST` could point at one person, so it is not said; nor is the next one, where the hidden
one would follow from the total.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 5
"""The smallest number above nought that a report says."""
HIDDEN = f"fewer than {FEWEST}"
TOO = "not said"
ELSEWHERE = "Other areas together"
NO_AREA = "Area not known"
FOUND, FELL_BACK, NOBODY = "found", "fell_back", "nobody"


@dataclass(frozen=True)
class Decided:
    """One decision: its `way` (found, fell_back, nobody), area, and (criterion, ruled out, alone) of each."""

    way: str
    area: str
    in_the_way: tuple[tuple[str, int, int], ...] = ()

    @property
    def unmet(self) -> bool:
        """Tell whether nobody on the list could take the person."""
        return self.way != FOUND

    @property
    def most(self) -> str:
        """Return the criterion that ruled out most partners; "" when none did."""
        return max(self.in_the_way, key=lambda one: (one[1], one[2], one[0]), default=("", 0, 0))[0]


@dataclass(frozen=True)
class Report:
    """Numbers in words: totals, then (criterion, most, alone) and (area, matches, unmet, criterion) rows."""

    matches: str
    nobody: str
    fell_back: str
    criteria: list[tuple[str, str, str]]
    areas: list[tuple[str, str, str, str]]


def report(decided: Iterable[Decided]) -> Report:
    """Count decisions. A criterion stands where it ruled out most, and where it alone ruled somebody out."""
    every = list(decided)
    ways = Counter(one.way for one in every)
    totals = hide([ways[NOBODY], ways[FELL_BACK], ways[FOUND]])
    return Report(
        matches=_said(len(every)),
        nobody=totals[0],
        fell_back=totals[1],
        criteria=_criteria([one for one in every if one.unmet]),
        areas=_areas(every),
    )


def hide(parts: Sequence[int]) -> list[str]:
    """Say parts of a known total: small ones are hidden, and the next one where one alone is hidden."""
    words = [_said(one) for one in parts]
    small = [place for place, one in enumerate(parts) if 0 < one < FEWEST]
    if len(small) == 1:
        others = [place for place, one in enumerate(parts) if one >= FEWEST]
        if others:
            words[min(others, key=lambda place: (parts[place], place))] = TOO
    return words


def _said(number: int) -> str:
    return HIDDEN if 0 < number < FEWEST else str(number)


def _criteria(unmet: list[Decided]) -> list[tuple[str, str, str]]:
    most = Counter(one.most for one in unmet if one.most)
    alone = Counter(name for one in unmet for name, _, by_itself in one.in_the_way if by_itself)
    names = sorted({*most, *alone}, key=lambda name: (-most[name], -alone[name], name))
    told = hide([most[name] for name in names])
    return [(name, words, _said(alone[name])) for name, words in zip(names, told, strict=True)]


def _areas(every: list[Decided]) -> list[tuple[str, str, str, str]]:
    """Areas with few matches are one row together."""
    sizes = Counter(one.area for one in every)
    groups: dict[str, list[Decided]] = {}
    for one in every:
        area = one.area if sizes[one.area] >= FEWEST else ELSEWHERE
        groups.setdefault(area or NO_AREA, []).append(one)
    names = sorted(groups, key=lambda name: (name == ELSEWHERE, name == NO_AREA, name))
    sizes_told = hide([len(groups[name]) for name in names])
    unmet_told = hide([sum(one.unmet for one in groups[name]) for name in names])
    return [
        (name, size, unmet, _top(groups[name]))
        for name, size, unmet in zip(names, sizes_told, unmet_told, strict=True)
    ]


def _top(decided: list[Decided]) -> str:
    """Return the criterion that ruled out most in an area, when often enough to be said."""
    most = Counter(one.most for one in decided if one.unmet and one.most)
    name, times = max(most.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return name if times >= FEWEST else ""
