"""What is still possible while answers are missing, and the one question that would tell most.

Detox: the rules only rise with risk, so the least and the greatest outcome are those of the picture in which
everything unknown is filled in with its least and its greatest risk. Every outcome that the full answers can
have lies between the two. No missing answer counts as "no".

Level of care: the same over the factors that nobody has rated yet.

The best question: for each unknown answer, each thing that could be said is tried, and the steps that would
remain between least and greatest are counted. The question with the fewest steps on average wins; then the
one with the fewest in its worst case; then the one that could show the greater danger; then page order. What
is measured or tested comes only after everything that can be asked.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programs.rules.detox import DETOX, fired_ids, outcome_level
from programs.rules.inputs import Input, answered, at_most_risk, inputs_of
from programs.rules.io import read_detox
from programs.rules.level_of_care import LEVEL_OF_CARE, LevelRuleset, place
from programs.rules.ruleset import Ruleset
from programs.rules.terms import FACTORS, OUTCOMES, SEVERITY

LIST = "substance_list_complete"
_RATINGS = (0, 1, 2, 3, 4)
_EASE = tuple(reversed(_RATINGS))
_SEVERITY = tuple(word for word in SEVERITY if word != "unknown")


@dataclass(frozen=True)
class Span:
    """Two positions on a scale, both included."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """Return how many steps lie between the two."""
        return self.high - self.low

    def holds(self, position: int) -> bool:
        """Say whether a position lies between the two."""
        return self.low <= position <= self.high


@dataclass(frozen=True)
class Question:
    """An unknown answer worth asking for: its key, and the steps that remain on average and at worst."""

    key: str
    expected: float
    worst: int
    danger: int


@dataclass(frozen=True)
class Possible:
    """The outcomes still possible, what can be asked about, and the best of it.

    `asked_high`: the greatest outcome that answers alone can still show, without a measurement. `certain`:
    ids of the rules that fire whatever the missing answers are. `unknown` holds every missing answer's key,
    in page order; `best` is None when no missing answer would narrow it.
    """

    span: Span
    asked_high: int
    certain: tuple[str, ...]
    unknown: tuple[str, ...]
    best: Question | None

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Return the outcomes still possible, lowest first."""
        return OUTCOMES[self.span.low : self.span.high + 1]

    @property
    def settled(self) -> bool:
        """Say whether only one outcome is left."""
        return self.span.width == 0


def possible_detox(
    picture: Mapping[str, Any],
    order: Sequence[str] = (),
    skip: Collection[str] = (),
    ruleset: Ruleset = DETOX,
) -> Possible:
    """Return what the detox rules can still say about a picture (keys as in `programs.rules.io`).

    `order` holds input keys in page order. `skip` holds those that were asked already without an answer: they
    stay unknown, and are not asked again.
    """
    read = read_detox(picture)
    unknown = sorted(
        (one for one in inputs_of(read, ruleset) if not one.known),
        key=lambda one: order.index(one.key) if one.key in order else len(order),
    )
    search = Search(read, unknown, ruleset)
    return Possible(
        span=search.span,
        asked_high=search.asked.high,
        certain=tuple(rule for rule in fired_ids(search.lowest, ruleset) if rule != ruleset.otherwise.id),
        unknown=tuple(one.key for one in unknown),
        best=search.best([one for one in unknown if one.key not in skip]),
    )


class Search:
    """One picture with its unknown answers, tried one by one."""

    def __init__(self, picture: Mapping[str, Any], unknown: Sequence[Input], ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        asked = [one for one in unknown if not one.measured]
        self.open_list = any(one.key == LIST for one in unknown)
        self.lowest = _filled(picture, unknown, 0)
        self.highest = _filled(picture, unknown, -1)
        self.highest_asked = _filled(picture, asked, -1)
        low = outcome_level(self.lowest, ruleset)
        self.span = Span(low, self._high(self.highest))
        self.asked = Span(low, self._high(self.highest_asked))

    def _high(self, picture: Mapping[str, Any], answer_to: str = "") -> int:
        """Return the outcome of a filled picture; an open list can still hold any substance."""
        if self.open_list and answer_to != LIST:
            picture = at_most_risk(picture, self.ruleset)
        return outcome_level(picture, self.ruleset)

    def most(self) -> Mapping[str, Any]:
        """Return the picture of the greatest risk that the missing answers allow."""
        return at_most_risk(self.highest, self.ruleset) if self.open_list else self.highest

    def best(self, askable: Sequence[Input]) -> Question | None:
        """Return the question that narrows most; a measurement only when no question narrows at all."""
        asked = [one for one in askable if not one.measured]
        measured = [one for one in askable if one.measured]
        return self._narrowest(asked, self.asked, self.highest_asked) or self._narrowest(
            measured, self.span, self.highest
        )

    def _narrowest(self, askable: Sequence[Input], now: Span, highest: Mapping[str, Any]) -> Question | None:
        found = [self._tried(one, now, highest) for one in askable]
        found = [question for question in found if question.expected < now.width]
        return min(found, key=_rank, default=None)

    def _tried(self, one: Input, now: Span, highest: Mapping[str, Any]) -> Question:
        """Return what remains after each answer; the least keeps the low end, the greatest the high one."""
        spans = []
        for step in one.steps:
            low, high = now.low, now.high
            if step is not one.steps[0]:
                low = outcome_level(answered(self.lowest, one.key, step.value), self.ruleset)
            if step is not one.steps[-1]:
                high = self._high(answered(highest, one.key, step.value), one.key)
            spans.append(Span(low, max(low, high)))
        return _question(one.key, spans)


def _filled(picture: Mapping[str, Any], unknown: Sequence[Input], which: int) -> Mapping[str, Any]:
    """Return the picture with everything unknown at its least (0) or its greatest (-1) risk."""
    for one in unknown:
        picture = answered(picture, one.key, one.steps[which].value)
    return picture


def _question(key: str, spans: Sequence[Span]) -> Question:
    widths = [span.width for span in spans]
    return Question(key, sum(widths) / len(widths), max(widths), max(span.low for span in spans))


def _rank(question: Question) -> tuple[float, int, int]:
    return question.expected, question.worst, -question.danger


@dataclass(frozen=True)
class PossibleLevels:
    """The levels of care still possible (ladder labels, lowest first) and the rating that narrows most."""

    levels: tuple[str, ...]
    unrated: tuple[str, ...]
    best: Question | None


def possible_levels(
    given: Mapping[str, Any],
    detox: Sequence[str] = OUTCOMES,
    ruleset: LevelRuleset = LEVEL_OF_CARE,
) -> PossibleLevels:
    """Return the levels that can still be recommended for ratings that are given in part.

    `given` is an input of the level rules without `detox`; `detox` holds the detox outcomes still possible.
    """
    scales = {**dict.fromkeys(FACTORS, _RATINGS), "F5": _EASE, "sud": _SEVERITY}
    unrated = tuple(key for key in scales if given.get(key, "unknown") == "unknown")

    def span(known: Mapping[str, Any], open_keys: Collection[str]) -> Span:
        low = {**known, **{key: scales[key][0] for key in open_keys}, "detox": detox[0]}
        high = {**known, **{key: scales[key][-1] for key in open_keys}, "detox": detox[-1]}
        if "remission_months" not in known:
            low["remission_months"] = 12
        return Span(place(low, ruleset).recommended, place(high, ruleset).recommended)

    now = span(given, unrated)
    tried = [_rated(key, scales[key], given, unrated, span) for key in unrated]
    narrower = [question for question in tried if question.expected < now.width]
    return PossibleLevels(
        levels=ruleset.ladder[now.low : now.high + 1],
        unrated=unrated,
        best=min(narrower, key=_rank, default=None),
    )


def _rated(
    key: str,
    scale: Sequence[Any],
    given: Mapping[str, Any],
    unrated: Collection[str],
    span: Callable[[Mapping[str, Any], Collection[str]], Span],
) -> Question:
    rest = [other for other in unrated if other != key]
    return _question(key, [span({**given, key: value}, rest) for value in scale])
