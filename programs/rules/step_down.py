"""Whether a person is ready for less care, or needs more: six conditions and four signs. Pure.

The source is section D of the clinical document; the numbers need clinical sign-off. What was not asked is
never taken as met, and a sign for more care outranks everything that speaks for less.
"""

from dataclasses import dataclass

from programs.rules.transitions import ALLOWED, following, judge

STEADY_UP_TO = 1
"""The rating of physical dependence (F1) up to which a step down is considered."""

RETURN_FROM = 2
"""The rating of F1 from which a return to use speaks for more care."""

ATTENDANCE = 80
"""Percent of the sessions of the period."""

MISSED_WEEKS = 2

CONDITIONS = {
    "no_use": "No new use, or a planned answer to it",
    "steady": "Physical dependence is none or mild (F1 up to 1)",
    "no_flag": "No new safety flag",
    "attendance": "Came to at least 80 % of the sessions",
    "home_plan": "A plan for home and support is in place",
    "agrees": "The person agrees",
}
SIGNS = {
    "use_with_dependence": "Return to use with physical dependence (F1 from 2)",
    "flag": "A new safety flag",
    "home_worse": "Home or support has become worse",
    "missed": "Two weeks missed",
}


@dataclass(frozen=True)
class Seen:
    """What a clinician saw in one review period. None: not asked, or not known.

    `use` is "none", "planned" (it happened, and the planned answer to it was followed) or "unplanned".
    """

    level: str
    whole_period: bool
    use: str | None = None
    f1: int | None = None
    flag: bool | None = None
    attendance: int | None = None
    home_plan: bool | None = None
    home_worse: bool | None = None
    missed_weeks: int | None = None
    agrees: bool | None = None


@dataclass(frozen=True)
class Suggestion:
    """`move` is "down", "up" or "stay"; `level` where to; `signs` for more care; `open`: not met."""

    move: str
    level: str
    signs: tuple[str, ...]
    open: tuple[str, ...]


def conditions_met(seen: Seen) -> dict[str, bool]:
    """Return each of the six conditions with whether it is known to hold."""
    return {
        "no_use": seen.use in ("none", "planned"),
        "steady": seen.f1 is not None and seen.f1 <= STEADY_UP_TO,
        "no_flag": seen.flag is False,
        "attendance": seen.attendance is not None and seen.attendance >= ATTENDANCE,
        "home_plan": seen.home_plan is True,
        "agrees": seen.agrees is True,
    }


def signs_for_more(seen: Seen) -> tuple[str, ...]:
    """Return the signs for more care that are known to be there."""
    there = {
        "use_with_dependence": seen.use in ("planned", "unplanned")
        and seen.f1 is not None
        and seen.f1 >= RETURN_FROM,
        "flag": seen.flag is True,
        "home_worse": seen.home_worse is True,
        "missed": seen.missed_weeks is not None and seen.missed_weeks >= MISSED_WEEKS,
    }
    return tuple(sign for sign, found in there.items() if found)


def suggest(seen: Seen) -> Suggestion:
    """Say what the period speaks for. Total; raises KeyError for a level that is not known."""
    signs = signs_for_more(seen)
    unmet = tuple(name for name, met in conditions_met(seen).items() if not met)
    planned = ALLOWED[seen.level]
    more = tuple(one for one in following(seen.level) if judge(seen.level, one).kind == "up")
    if signs:
        return Suggestion("up", more[0], signs, unmet)
    if not unmet and seen.whole_period and planned:
        return Suggestion("down", planned[0], signs, unmet)
    return Suggestion("stay", seen.level, signs, unmet)
