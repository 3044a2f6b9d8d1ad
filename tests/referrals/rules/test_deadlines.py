"""What must be done next about an offer, and by when."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.choices import LIVE, NextStep, OfferStatus
from referrals.rules.deadlines import (
    ESCALATES_AFTER,
    TURNS,
    OfferFacts,
    day_out,
    is_quiet,
    most_urgent,
    next_step,
)

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)


def at(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (OfferFacts("draft"), ("none", None)),
        (OfferFacts("sent", sent_at=NOW, answer_due_at=at(hours=4)), ("call_partner", at(minutes=30))),
        (OfferFacts("sent", sent_at=NOW, answer_due_at=at(minutes=10)), ("call_partner", at(minutes=10))),
        (OfferFacts("opened", sent_at=NOW, answer_due_at=at(hours=4)), ("await_answer", at(hours=4))),
        (
            OfferFacts("question", asked_at=NOW, answer_due_at=at(hours=4)),
            ("answer_question", at(minutes=30)),
        ),
        (OfferFacts("waitlisted", review_at=at(days=1)), ("await_answer", at(days=1))),
        (OfferFacts("accepted", arrival_until=NOW), ("await_arrival", at(hours=4))),
        (OfferFacts("no_show", last_heard_at=NOW), ("missing_between", NOW)),
        (OfferFacts("arrived", last_heard_at=NOW), ("daily_contact", at(hours=24))),
        (OfferFacts("clearance_sent", last_heard_at=NOW), ("review_clearance", NOW)),
        (OfferFacts("declined", sent_at=NOW), ("none", None)),
        (OfferFacts("declined", late_answer_at=NOW), ("late_answer", NOW)),
        (OfferFacts("accepted", arrival_until=at(hours=-4)), ("missing_between", NOW)),
        (
            OfferFacts("accepted", arrival_until=at(hours=-9), next_contact_at=at(hours=1)),
            ("missing_between", at(hours=1)),
        ),
        (OfferFacts("arrived", last_heard_at=NOW, left_at=at(hours=-1)), ("missing_between", at(hours=-1))),
        (
            OfferFacts("arrived", last_heard_at=NOW, next_contact_at=at(hours=6)),
            ("daily_contact", at(hours=6)),
        ),
        (OfferFacts("arrived", last_heard_at=NOW, back_due_at=at(hours=2)), ("await_return", at(hours=2))),
        (OfferFacts("arrived", last_heard_at=NOW, back_due_at=at(days=2)), ("daily_contact", at(hours=24))),
        (OfferFacts("arrived", last_heard_at=at(days=-2), back_due_at=NOW), ("missed_return", NOW)),
        (
            OfferFacts("arrived", last_heard_at=NOW, back_due_at=NOW, next_contact_at=at(hours=3)),
            ("missed_return", at(hours=3)),
        ),
        (
            OfferFacts("clearance_sent", last_heard_at=NOW, clearance="verified", back_due_at=at(hours=1)),
            ("await_return", at(hours=1)),
        ),
        (
            OfferFacts("clearance_sent", last_heard_at=NOW, clearance="not_cleared"),
            ("daily_contact", at(hours=24)),
        ),
        (OfferFacts("opened", answer_due_at=at(hours=4), locked_at=NOW), ("link_locked", NOW)),
        (
            OfferFacts("accepted", arrival_until=at(hours=9), asked_at=NOW),
            ("answer_question", at(minutes=30)),
        ),
        (OfferFacts("arrived", last_heard_at=at(hours=-1), consent_ended_at=NOW), ("consent_ended", NOW)),
        (
            OfferFacts("arrived", last_heard_at=at(hours=1), consent_ended_at=NOW),
            ("daily_contact", at(hours=25)),
        ),
    ],
)
def test_next_step(offer, expected):
    assert next_step(offer, NOW) == expected


def test_every_live_status_but_a_draft_has_a_next_step():
    for status in LIVE - {OfferStatus.DRAFT}:
        assert next_step(OfferFacts(str(status)), NOW)[0] != "none", status


def test_the_earliest_deadline_leads_and_without_offers_a_partner_is_chosen():
    sent = OfferFacts("sent", sent_at=NOW, answer_due_at=at(hours=4))
    opened = OfferFacts("opened", answer_due_at=at(minutes=5))
    assert most_urgent([sent, opened], NOW) == ("await_answer", at(minutes=5))
    assert most_urgent([], NOW) == ("choose_partner", None)
    assert most_urgent([OfferFacts("declined")], NOW) == ("choose_partner", None)
    assert most_urgent([OfferFacts("opened"), sent], NOW)[0] == "call_partner"


def test_days_out_begin_with_day_one_and_a_day_without_word_is_quiet():
    assert day_out(NOW, NOW) == 1
    assert day_out(NOW, at(hours=23)) == 1
    assert day_out(NOW, at(hours=24)) == 2
    assert not is_quiet(NOW, at(hours=24))
    assert is_quiet(NOW, at(hours=24, seconds=1))
    assert is_quiet(None, NOW)


def test_every_step_goes_to_a_supervisor_or_turns_into_one_that_does():
    by_themselves = {NextStep.NONE, NextStep.CALL_PARTNER}  # the offer expires, which escalates
    assert set(NextStep.values) == set(ESCALATES_AFTER) | TURNS | {str(one) for one in by_themselves}
