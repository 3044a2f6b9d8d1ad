"""Court orders with their mandates, and agreements: every missing or wrong fact alone closes the door."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from records.rules.door import (
    SUBPOENA_ALONE,
    Mandate,
    Order,
    Paper,
    agreement_refusal,
    order_refusal,
    within,
)

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
ORDER = Order("o", "p", "r", TODAY - 9 * DAY, TODAY + 9 * DAY, notice=True, opportunity=True)
MANDATE = Mandate("m", "p", "r", TODAY - 5 * DAY, TODAY + 5 * DAY, order="o")


def refusal(order=ORDER, mandate=MANDATE, today=TODAY):
    found = order_refusal(order, mandate, person="p", recipient="r", today=today)
    return found and found.code


def test_an_order_and_its_subpoena_open_the_door():
    assert refusal() is None


def test_a_subpoena_alone_gets_the_fixed_explanation():
    found = order_refusal(None, MANDATE, person="p", recipient="r", today=TODAY)
    assert (found.code, found.sentence) == ("subpoena_alone", SUBPOENA_ALONE)
    assert "nobody may say whether a record exists" in SUBPOENA_ALONE


CASES = [
    ({}, None, "order_alone"),
    (None, {}, "subpoena_alone"),
    ({"person": "q"}, {}, "order_other_person"),
    ({}, {"person": "q"}, "subpoena_other_person"),
    ({"recipient": "s"}, {}, "order_other_recipient"),
    ({}, {"recipient": "s"}, "subpoena_other_recipient"),
    ({}, {"order": "another"}, "subpoena_other_order"),
    ({}, {"order": ""}, "subpoena_other_order"),
    ({"ended": True}, {}, "order_ended"),
    ({}, {"ended": True}, "subpoena_ended"),
    ({"last_day": TODAY - DAY}, {}, "order_expired"),
    ({}, {"last_day": TODAY - DAY}, "subpoena_expired"),
    ({"starts": TODAY + DAY}, {}, "order_not_yet"),
    ({}, {"starts": TODAY + DAY}, "subpoena_not_yet"),
    ({"notice": False}, {}, "order_without_notice"),
    ({"opportunity": False}, {}, "order_without_notice"),
    ({"kind": "criminal", "notice": False}, {}, "order_without_notice"),
    ({"kind": "program", "notice": False, "opportunity": False}, {}, None),
    ({"last_day": TODAY}, {"last_day": TODAY}, None),
]


@pytest.mark.parametrize("order,mandate,code", CASES)
def test_one_wrong_fact_decides(order, mandate, code):
    one = None if order is None else replace(ORDER, **order)
    other = None if mandate is None else replace(MANDATE, **mandate)
    assert refusal(one, other) == code


@given(some.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_it_opens_only_on_days_on_which_both_hold(today):
    both = all(one.starts <= today <= one.last_day for one in (ORDER, MANDATE))
    assert (refusal(today=today) is None) == both


AGREEMENT = Paper("a", "", "r", TODAY - DAY, TODAY + DAY)


@pytest.mark.parametrize(
    "change,kind,code",
    [
        ({}, "qso", None),
        ({}, "audit", "no_agreement"),
        ({"recipient": "s"}, "qso", "agreement_other_recipient"),
        ({"last_day": TODAY - DAY}, "qso", "agreement_expired"),
        ({"starts": TODAY + DAY}, "qso", "agreement_not_yet"),
        ({"ended": True}, "qso", "agreement_ended"),
    ],
)
def test_an_agreement_must_be_live_of_its_kind_and_with_the_receiver(change, kind, code):
    found = agreement_refusal(
        replace(AGREEMENT, **change), kind=kind, wanted_kind="qso", recipient="r", today=TODAY
    )
    assert (found and found.code) == code


NAMES = ["identity", "health", "counseling_notes", "contact"]


@given(some.sets(some.sampled_from(NAMES)), some.sets(some.sampled_from(NAMES)))
def test_nothing_outside_the_scope_and_never_counseling_notes(asked, covered):
    assert within(asked, covered) == asked & covered - {"counseling_notes"}
