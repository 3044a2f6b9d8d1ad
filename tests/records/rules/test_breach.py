"""When a breach has to be reported, and to whom: cases that a privacy officer could read."""

from datetime import date

import pytest

from records.rules.breach import BreachFacts, duties, reminder

FOUND = date(2026, 7, 14)
LETTERS = date(2026, 9, 12)
YEARLY = date(2027, 3, 1)


def owed(by_state, **more):
    found = duties(BreachFacts(discovered_on=FOUND, by_state=by_state, **more))
    return [(duty.code, duty.place, duty.due_on) for duty in found]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({}, []),
        ({"VA": 0}, []),
        ({"VA": 1}, [("people", "", LETTERS), ("hhs_yearly", "", YEARLY)]),
        ({"VA": 499}, [("people", "", LETTERS), ("hhs_yearly", "", YEARLY)]),
        ({"VA": 500}, [("hhs", "", LETTERS), ("people", "", LETTERS)]),
        ({"VA": 501}, [("hhs", "", LETTERS), ("media", "VA", LETTERS), ("people", "", LETTERS)]),
        ({"VA": 300, "MD": 300}, [("hhs", "", LETTERS), ("people", "", LETTERS)]),
        (
            {"VA": 501, "MD": 501, "NC": 500},
            [
                ("hhs", "", LETTERS),
                ("media", "MD", LETTERS),
                ("media", "VA", LETTERS),
                ("people", "", LETTERS),
            ],
        ),
        ({"": 501}, [("hhs", "", LETTERS), ("people", "", LETTERS)]),
    ],
)
def test_who_is_told_by_when(people, expected):
    assert owed(people) == expected


def test_nothing_is_owed_for_what_is_not_a_breach():
    assert owed({"VA": 600}, outcome="not_breach") == []


def test_what_is_not_decided_counts_as_a_breach():
    assert owed({"VA": 1}) == owed({"VA": 1}, outcome="breach") != []


def test_law_enforcement_can_ask_to_wait():
    wait = date(2026, 12, 24)
    assert owed({"VA": 501}, delay_until=wait) == [
        ("hhs", "", wait),
        ("media", "VA", wait),
        ("people", "", wait),
    ]
    assert owed({"VA": 1}, delay_until=date(2026, 7, 20))[0] == ("people", "", LETTERS)


@pytest.mark.parametrize(
    ("found", "yearly"),
    [(date(2026, 1, 1), date(2027, 3, 1)), (date(2027, 12, 31), date(2028, 2, 29))],
)
def test_small_ones_are_reported_within_60_days_after_the_year(found, yearly):
    (duty,) = [one for one in duties(BreachFacts(found, {"VA": 3})) if one.code == "hhs_yearly"]
    assert duty.due_on == yearly


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 8, 12), None),
        (date(2026, 8, 13), 30),
        (date(2026, 8, 28), 30),
        (date(2026, 8, 29), 14),
        (date(2026, 9, 9), 3),
        (date(2026, 9, 12), 0),
        (date(2026, 9, 20), 0),
    ],
)
def test_reminders(today, expected):
    assert reminder(LETTERS, today) == expected
