"""When somebody must act: acknowledgement, answer, arrival, daily contact, return, and what may not wait.

Every step follows from what is stored about an offer, so that no later event can hide one. Numbers are
starting values of ours and need the center's sign-off.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

ACKNOWLEDGE = timedelta(minutes=30)
ANSWER = timedelta(hours=4)
ARRIVAL_GRACE = timedelta(hours=4)
QUIET = timedelta(hours=24)
QUESTION = timedelta(minutes=30)
ASKED = timedelta(minutes=15)
"""Within which a partner that asked for a call is called, or gets the new link that it asked for."""
ASK_AGAIN = timedelta(minutes=30)
"""When a partner that asked for a call and was not reached is called again."""
ASKED_GRACE = timedelta(minutes=15)
"""How long after that a supervisor is told."""
RETURN_HOUR = 20
"""Hour of the center's day by which somebody expected back that day should be back."""
FARTHEST = timedelta(days=14)
"""How far ahead an arrival, an answer or another look may be set: nobody is looked for before it."""
LONGEST_STAY = timedelta(days=90)
"""How far ahead a discharge from a partner may be expected."""
PERSON_AGAIN = timedelta(hours=8)
"""How soon somebody who waits for a partner is asked again how they are."""
PERSON_NOT_REACHED = timedelta(hours=1)
"""When somebody who waits and was not reached is called again."""
PERSON_MISSES = 2
"""So many calls in a row without reaching the person, and a supervisor is told."""
ESCALATES_AFTER = {
    "choose_partner": timedelta(hours=1),
    "await_answer": timedelta(0),
    "answer_question": timedelta(0),
    "missing_between": timedelta(0),
    "daily_contact": timedelta(0),
    "missed_return": timedelta(0),
    "review_clearance": timedelta(hours=2),
    "link_locked": timedelta(minutes=30),
    "late_answer": timedelta(minutes=30),
    "consent_ended": timedelta(hours=4),
}
"""How long after its due time a step goes to a supervisor. The others turn into one of these by themselves:
a call to a partner when the offer expires, an arrival into a search, a return into a missed one."""
TURNS = frozenset({"await_arrival", "await_return", "daily_contact", "review_clearance"})
"""Steps that become another step by time alone."""


@dataclass(frozen=True)
class OfferFacts:
    """What an offer's next deadline depends on. Times are aware; None means it does not apply.

    `clearance` is the status of the newest clearance that came back through this offer.
    """

    status: str
    sent_at: datetime | None = None
    answer_due_at: datetime | None = None
    review_at: datetime | None = None
    asked_at: datetime | None = None
    arrival_until: datetime | None = None
    last_heard_at: datetime | None = None
    next_contact_at: datetime | None = None
    left_at: datetime | None = None
    back_due_at: datetime | None = None
    locked_at: datetime | None = None
    late_answer_at: datetime | None = None
    consent_ended_at: datetime | None = None
    clearance: str = ""


Step = tuple[str, datetime | None]
WAITING = frozenset({"sent", "opened", "question", "waitlisted", "on_hold"})
HELD = frozenset({"accepted", "arrived", "no_show", "clearance_sent"})
OUT = frozenset({"arrived", "clearance_sent"})


def next_step(offer: OfferFacts, now: datetime) -> Step:
    """Return what we must do first about this offer, and by when."""
    steps = [step for step in (_by_status(offer, now), *_beside(offer)) if step[0] != "none"]
    return _first(steps) or ("none", None)


def most_urgent(offers: list[OfferFacts], now: datetime) -> Step:
    """Return the step of the offer whose deadline comes first; without offers, choosing a partner is next."""
    steps = [step for step in (next_step(offer, now) for offer in offers) if step[0] != "none"]
    return _first(steps) or ("choose_partner", None)


def _first(steps: list[Step]) -> Step | None:
    return min(steps, key=lambda step: (step[1] is None, step[1] or datetime.max, step[0]), default=None)


def _beside(offer: OfferFacts) -> list[Step]:
    """What waits whatever the status is: a late answer, a question, a locked link, an ended consent."""
    steps: list[Step] = []
    if offer.late_answer_at is not None:
        steps.append(("late_answer", offer.late_answer_at))
    if offer.status in WAITING | HELD:
        if offer.asked_at is not None and offer.status != "question":
            steps.append(("answer_question", offer.asked_at + QUESTION))
        if offer.locked_at is not None:
            steps.append(("link_locked", offer.locked_at))
    ended = offer.consent_ended_at
    if offer.status in HELD and ended is not None and not _after(offer.last_heard_at, ended):
        steps.append(("consent_ended", ended))
    return steps


def _by_status(offer: OfferFacts, now: datetime) -> Step:
    if offer.status == "sent":
        return "call_partner", _earliest(_plus(offer.sent_at, ACKNOWLEDGE), offer.answer_due_at)
    if offer.status == "opened":
        return "await_answer", offer.answer_due_at
    if offer.status == "question":
        return "answer_question", _plus(offer.asked_at, QUESTION) or offer.answer_due_at
    if offer.status in {"waitlisted", "on_hold"}:
        return "await_answer", offer.review_at or offer.answer_due_at
    if offer.status == "accepted":
        return _on_the_way(offer, now)
    if offer.status == "no_show":
        return "missing_between", offer.next_contact_at or offer.last_heard_at
    if offer.status in OUT:
        return _away(offer, now)
    return "none", None


def _on_the_way(offer: OfferFacts, now: datetime) -> Step:
    """Somebody whose arrival nobody confirmed within the grace is looked for."""
    late = _plus(offer.arrival_until, ARRIVAL_GRACE)
    if late is None or late > now:
        return "await_arrival", late
    return "missing_between", _latest(late, offer.next_contact_at)


def _away(offer: OfferFacts, now: datetime) -> Step:
    """Somebody at the partner's: daily contact, the clearance, the way back; or they left."""
    if offer.left_at is not None:
        return "missing_between", offer.next_contact_at or offer.left_at
    if offer.status == "clearance_sent" and offer.clearance in {"", "received", "accepted"}:
        return "review_clearance", offer.last_heard_at
    if offer.back_due_at is not None and offer.back_due_at <= now:
        return "missed_return", _latest(offer.back_due_at, offer.next_contact_at)
    contact = offer.next_contact_at or _plus(offer.last_heard_at, QUIET)
    if offer.back_due_at is not None and (contact is None or offer.back_due_at < contact):
        return "await_return", offer.back_due_at
    return "daily_contact", contact


def person_call_at(planned: datetime | None, statuses: Collection[str], now: datetime) -> datetime | None:
    """Return when the person is asked again how they are; None once they are at a partner's."""
    return None if OUT & set(statuses) else planned or now + PERSON_AGAIN


def person_call_after(reached: bool, now: datetime) -> datetime:
    """Return when the person is called after this call."""
    return now + (PERSON_AGAIN if reached else PERSON_NOT_REACHED)


def day_out(arrived_at: datetime, now: datetime) -> int:
    """Count days at the partner's; the day of arrival is day 1."""
    return max((now - arrived_at).days, 0) + 1


def is_quiet(last_heard_at: datetime | None, now: datetime) -> bool:
    """Tell whether nobody at the partner's was heard from for a day."""
    return last_heard_at is None or now - last_heard_at > QUIET


def _after(moment: datetime | None, other: datetime) -> bool:
    return moment is not None and moment > other


def _plus(moment: datetime | None, delta: timedelta) -> datetime | None:
    return None if moment is None else moment + delta


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
