"""When somebody must act: acknowledgement, answer, arrival, and the daily contact while a person is away.

Numbers are starting values of ours and need the center's sign-off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

ACKNOWLEDGE = timedelta(minutes=30)
ANSWER = timedelta(hours=4)
ARRIVAL_GRACE = timedelta(hours=4)
QUIET = timedelta(hours=24)
QUESTION = timedelta(minutes=30)


@dataclass(frozen=True)
class OfferFacts:
    """What an offer's next deadline depends on. Times are aware; None means it does not apply yet."""

    status: str
    sent_at: datetime | None = None
    answer_due_at: datetime | None = None
    review_at: datetime | None = None
    asked_at: datetime | None = None
    arrival_until: datetime | None = None
    last_heard_at: datetime | None = None


def next_step(offer: OfferFacts) -> tuple[str, datetime | None]:
    """Return what we must do about this offer, and by when."""
    if offer.status == "sent":
        return "call_partner", _earliest(_plus(offer.sent_at, ACKNOWLEDGE), offer.answer_due_at)
    if offer.status == "opened":
        return "await_answer", offer.answer_due_at
    if offer.status == "question":
        return "answer_question", _plus(offer.asked_at, QUESTION) or offer.answer_due_at
    if offer.status in {"waitlisted", "on_hold"}:
        return "await_answer", offer.review_at or offer.answer_due_at
    if offer.status == "accepted":
        return "await_arrival", _plus(offer.arrival_until, ARRIVAL_GRACE)
    if offer.status == "no_show":
        return "missing_between", offer.last_heard_at
    if offer.status == "arrived":
        return "daily_contact", _plus(offer.last_heard_at, QUIET)
    if offer.status == "clearance_sent":
        return "review_clearance", offer.last_heard_at
    return "none", None


def most_urgent(offers: list[OfferFacts]) -> tuple[str, datetime | None]:
    """Return the step of the offer whose deadline comes first; without offers, choosing a partner is next."""
    steps = [step for step in map(next_step, offers) if step[0] != "none"]
    if not steps:
        return "choose_partner", None
    return min(steps, key=lambda step: (step[1] is None, step[1] or datetime.max, step[0]))


def day_out(arrived_at: datetime, now: datetime) -> int:
    """Count days at the partner's; the day of arrival is day 1."""
    return max((now - arrived_at).days, 0) + 1


def is_quiet(last_heard_at: datetime | None, now: datetime) -> bool:
    """Tell whether nobody at the partner's was heard from for a day."""
    return last_heard_at is None or now - last_heard_at > QUIET


def _plus(moment: datetime | None, delta: timedelta) -> datetime | None:
    return None if moment is None else moment + delta


def _earliest(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return min(known) if known else None
