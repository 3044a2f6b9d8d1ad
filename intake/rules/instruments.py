"""How the answers to a standard instrument become a score.

The procedure is the same for all: derive, check, apply skip rules, then score by the file's method. A score
is a screening result, not a diagnosis.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from intake.rules.instrument_data import INSTRUMENTS, PULSE, Instrument

__all__ = [
    "INSTRUMENTS",
    "PULSE",
    "Answers",
    "Instrument",
    "Score",
    "score",
    "score_result",
]

_PULSE_POINTS = ((80, 0), (100, 1), (120, 2), (math.inf, 4))
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
Answers = dict[str, float]


@dataclass(frozen=True)
class Score:
    """The result of one instrument; `bounds` is (lower, upper, band at least) when a sum is incomplete."""

    instrument: str
    status: str
    total: float | None = None
    band: Any = None
    flags: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    bounds: tuple[float, float, str | None] | None = None

    def as_output(self) -> dict[str, Any]:
        """Return the result as the document that `manage.py decide instrument` prints."""
        output: dict[str, Any] = {"status": self.status, "total": self.total, "band": self.band}
        output["flags"] = list(self.flags)
        if self.errors:
            output["errors"] = list(self.errors)
        if self.bounds:
            output |= dict(zip(("lower", "upper", "band_at_least"), self.bounds, strict=True))
        return output


@dataclass
class _Paper:
    """The answers on their way to a score, with what conditions may ask about them."""

    answers: Answers
    sex: str | None
    extra: set[str] = field(default_factory=set)
    total: float | None = None
    category: str | None = None
    safety: float | None = None


def score(
    instrument_id: str,
    answers: Mapping[str, float | None],
    *,
    sex: str | None = None,
    prorate: bool = False,
) -> Score:
    """Return the score of these answers (item id to number; None and absent both mean missing).

    Raises `KeyError` for an unknown instrument. Wrong items and values give the status "invalid", never an
    error. Prorating works only where the instrument's file allows missing items.
    """
    instrument = INSTRUMENTS[instrument_id]
    paper = _Paper({key: _plain(value) for key, value in answers.items() if value is not None}, sex)
    if instrument.method == "external_total":
        return _external(instrument, paper)
    mismatch = _derive_pulse(instrument, paper)
    errors = _errors(instrument, answers, paper) + mismatch
    if errors:
        return Score(instrument.id, "invalid", errors=tuple(sorted(errors)))
    _apply_skips(instrument, paper)
    methods = {"category_max": _category, "asq": _asq, "needs": _needs, "subscales": _subscales}
    if instrument.method in methods:
        return methods[instrument.method](instrument, paper)
    return _added_up(instrument, paper, prorate)


def score_result(
    instrument_id: str,
    *,
    total: float | None = None,
    band: Any = None,
    parts: Mapping[str, float] | None = None,
    sex: str | None = None,
) -> Score:
    """Return the score of a result that was worked out elsewhere: its band when not given, and its flags.

    `parts` holds those items that are known besides the total. Without any result it is incomplete.
    """
    instrument = INSTRUMENTS[instrument_id]
    paper = _Paper(dict(parts or {}), sex, total=total)
    if instrument.method in ("category_max", "asq"):
        paper.category = band
    elif instrument.method == "needs":
        paper.safety = total
    elif band is None and total is not None:
        band = _band(instrument, total)
    status = "incomplete" if total is None and band in (None, [], {}) else "complete"
    return Score(instrument.id, status, total, band, _flags(instrument, paper))


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _sum(values: Iterable[float]) -> float:
    listed = list(values)
    try:
        return sum(listed)
    except OverflowError:
        return int(sum(map(Fraction, listed)))


def _external(instrument: Instrument, paper: _Paper) -> Score:
    paper.total = paper.answers.get("total")
    status = "incomplete" if paper.total is None else "complete"
    return Score(instrument.id, status, paper.total, flags=_flags(instrument, paper))


def _derive_pulse(instrument: Instrument, paper: _Paper) -> list[str]:
    """Set the item that follows from the measured pulse; return the error when an answer contradicts it."""
    errors = []
    for item in instrument.items.values():
        if item.derive != PULSE:
            continue
        beats = paper.answers.get(PULSE)
        if beats is None:
            paper.answers.pop(item.id, None)
            paper.extra.add("PULSE_REQUIRED")
            continue
        points = next(points for limit, points in _PULSE_POINTS if beats <= limit)
        if paper.answers.get(item.id, points) != points:
            errors.append("pulse_mismatch")
        paper.answers[item.id] = points
    return errors


def _errors(instrument: Instrument, given: Mapping[str, Any], paper: _Paper) -> list[str]:
    errors = []
    for key in given:
        if key == PULSE:
            continue
        item = instrument.items.get(key)
        if item is None:
            errors.append(f"unknown_item:{key}")
        elif key in paper.answers and not item.accepts(paper.answers[key]):
            errors.append(f"bad_value:{key}")
    return errors


def _apply_skips(instrument: Instrument, paper: _Paper) -> None:
    for rule in instrument.skip_rules:
        if not _true(rule["if"], paper):
            continue
        for key in rule["set_zero"]:
            if paper.answers.setdefault(key, 0) != 0:
                paper.extra.add("INCONSISTENT_SKIP")


def _true(condition: Mapping[str, Any], paper: _Paper) -> bool:
    """Return whether a condition of the instrument file is true of these answers."""
    if "any" in condition:
        return any(_true(inner, paper) for inner in condition["any"])
    if "all" in condition:
        return all(_true(inner, paper) for inner in condition["all"])
    if "missing" in condition:
        return condition["missing"] not in paper.answers
    if "category" in condition:
        return bool(paper.category == condition["category"])
    if "context" in condition:
        return _COMPARE[condition["op"]](paper.sex, condition["value"])
    if "item" in condition:
        left, name = paper.answers.get(condition["item"]), condition["op"]
    elif "total" in condition:
        left, name = paper.total, condition["total"]
    else:
        left, name = paper.safety, condition["safety"]
    return left is not None and _COMPARE[name](left, condition["value"])


def _flags(instrument: Instrument, paper: _Paper) -> tuple[str, ...]:
    raised = {flag["id"] for flag in instrument.flags if _true(flag["when"], paper)}
    return tuple(sorted(raised | paper.extra))


def _band(instrument: Instrument, total: float) -> str | None:
    bands = instrument.scoring.get("bands", ())
    return next((band["id"] for band in bands if band["min"] <= total <= band["max"]), None)


def _added_up(instrument: Instrument, paper: _Paper, prorate: bool) -> Score:
    left_out: set[str] = set()
    for rule in instrument.scoring.get("exclude_when", ()):
        if _true(rule["if"], paper):
            left_out |= set(rule["items"])
    counted = [item for item in instrument.items.values() if item.scored and item.id not in left_out]
    missing = [item for item in counted if item.id not in paper.answers]
    weights = [item.weight(paper.answers[item.id]) for item in counted if item.id in paper.answers]
    unanswered = any(
        item.required and not item.scored and item.id not in paper.answers
        for item in instrument.items.values()
    )
    combine = _sum if instrument.method == "sum" else max
    if not missing and not unanswered:
        paper.total, status = combine(weights), "complete"
    elif (
        prorate
        and not unanswered
        and weights
        and instrument.method == "sum"
        and len(missing) <= instrument.scoring.get("prorate_max_missing", 0)
    ):
        share = Fraction(sum(map(Fraction, weights))) * len(counted) / len(weights)
        paper.total, status = math.floor(share + Fraction(1, 2)), "prorated"
    else:
        bounds = [item.bounds() for item in missing]
        lower = combine([*weights, *(low for low, _ in bounds)])
        upper = combine([*weights, *(high for _, high in bounds)])
        paper.total = lower
        band = _band(instrument, lower)
        return Score(
            instrument.id,
            "incomplete",
            flags=_flags(instrument, paper),
            bounds=(lower, upper, band),
        )
    band = _band(instrument, paper.total)
    return Score(instrument.id, status, paper.total, band, _flags(instrument, paper))


def _category(instrument: Instrument, paper: _Paper) -> Score:
    """Score a suicide screen by its highest category; an unasked follow-up counts as a higher risk."""
    order, answers = instrument.scoring["order"], paper.answers
    found = [name for key, name in instrument.scoring["map"].items() if answers.get(key) == 1]
    complete = all(key in answers for key in ("c1", "c2", "c6"))
    if answers.get("c2") == 1 and any(key not in answers for key in ("c3", "c4", "c5")):
        found.append("moderate")
        complete = False
    if answers.get("c6") == 1 and "c6_3mo" not in answers:
        found.append("high")
        complete = False
    paper.category = max(found, key=order.index, default=order[0])
    return _by_category(instrument, paper, complete)


def _asq(instrument: Instrument, paper: _Paper) -> Score:
    """Score the ASQ: a core question without answer counts as positive, an unasked fifth as acute."""
    core = [paper.answers.get(key) for key in ("a1", "a2", "a3", "a4")]
    positive = any(answer != 0 for answer in core)
    now = paper.answers.get("a5")
    negative, non_acute, acute = instrument.scoring["order"]
    paper.category = negative if not positive else non_acute if now == 0 else acute
    return _by_category(instrument, paper, None not in core and (not positive or now is not None))


def _by_category(instrument: Instrument, paper: _Paper, complete: bool) -> Score:
    status = "complete" if complete else "incomplete"
    return Score(instrument.id, status, band=paper.category, flags=_flags(instrument, paper))


def _needs(instrument: Instrument, paper: _Paper) -> Score:
    answers, scoring = paper.answers, instrument.scoring
    needs = sorted(name for name, condition in scoring["needs"].items() if _true(condition, paper))
    safety = [answers.get(key) for key in scoring["safety_sum"]]
    paper.safety = _sum(
        instrument.items[key].smallest if key not in answers else answers[key]
        for key in scoring["safety_sum"]
    )
    total = None if None in safety else paper.safety
    status = "complete" if all(key in answers for key in instrument.items) else "incomplete"
    return Score(instrument.id, status, total, needs, _flags(instrument, paper))


def _subscales(instrument: Instrument, paper: _Paper) -> Score:
    sums: dict[str, float | None] = {}
    for name, keys in instrument.scoring["subscales"].items():
        whole = all(key in paper.answers for key in keys)
        sums[name] = _sum(paper.answers[key] for key in keys) if whole else None
    status = "incomplete" if None in sums.values() else "complete"
    return Score(instrument.id, status, band=sums)
