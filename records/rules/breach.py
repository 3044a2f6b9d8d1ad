"""When a breach has to be reported, and to whom (45 CFR 164.404 to 164.412, by 42 CFR 2.16(b)).

Pure: facts in, duties out. An incident is presumed to be a breach until it is decided otherwise
(164.402(2)), so its deadlines run from the day of discovery.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LETTER_DAYS = 60
YEARLY_DAYS = 60
LARGE = 500
REMIND_BEFORE = (30, 14, 3, 0)


@dataclass(frozen=True)
class BreachFacts:
    """The day of discovery, people by state of residence ("" when not known), and how it was decided.

    `delay_until` is the day until which law enforcement asked to wait (164.412).
    """

    discovered_on: date
    by_state: Mapping[str, int]
    outcome: str = ""
    delay_until: date | None = None


@dataclass(frozen=True)
class Duty:
    """One report that is owed: its code, the state for media, the last day, and the rule it comes from."""

    code: str
    place: str
    due_on: date
    source: str


def duties(facts: BreachFacts) -> tuple[Duty, ...]:
    """Return what is owed, in order of the days; nothing for what is not a breach or touches nobody."""
    total = sum(facts.by_state.values())
    if facts.outcome == "not_breach" or total < 1:
        return ()
    letters = _last_day(facts, facts.discovered_on + timedelta(days=LETTER_DAYS))
    found = [Duty("people", "", letters, "45 CFR 164.404(b)")]
    if total >= LARGE:
        found.append(Duty("hhs", "", letters, "45 CFR 164.408(b)"))
    else:
        year_end = date(facts.discovered_on.year, 12, 31)
        yearly = _last_day(facts, year_end + timedelta(days=YEARLY_DAYS))
        found.append(Duty("hhs_yearly", "", yearly, "45 CFR 164.408(c)"))
    found += [
        Duty("media", state, letters, "45 CFR 164.406(b)")
        for state, people in sorted(facts.by_state.items())
        if state and people > LARGE
    ]
    return tuple(sorted(found, key=lambda duty: (duty.due_on, duty.code, duty.place)))


def _last_day(facts: BreachFacts, day: date) -> date:
    return max(day, facts.delay_until) if facts.delay_until else day


def reminder(due_on: date, today: date) -> int | None:
    """Return which reminder is due: the fewest days before, among 30, 14, 3 and 0, that has come."""
    left = (due_on - today).days
    come = [days for days in REMIND_BEFORE if left <= days]
    return min(come) if come else None
