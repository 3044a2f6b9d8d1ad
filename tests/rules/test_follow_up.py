"""When somebody who left a stay with nights is called: a table of leaving times and due times."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from programs.choices_follow_up import FollowUpOutcome, FollowUpStep
from programs.rules.follow_up import STEPS, months_after, schedule, unmade

NEW_YORK = ZoneInfo("America/New_York")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (
            "2026-01-31 23:30",
            {"h24": "2026-02-01 23:30", "h72": "2026-02-03 23:30", "d7": "2026-02-07 10:00",
             "d30": "2026-03-02 10:00", "d90": "2026-05-01 10:00", "m5": "2026-06-30 10:00",
             "m12": "2027-01-31 10:00"},
        ),
        # The clocks go forward on 8 March: 24 hours later it is an hour later on the clock.
        ("2026-03-07 09:00", {"h24": "2026-03-08 10:00", "d7": "2026-03-14 10:00"}),
        # Shortly after midnight the days count from that date.
        ("2026-07-01 00:05", {"d7": "2026-07-08 10:00", "m4": "2026-11-01 10:00"}),
    ],
)  # fmt: skip
def test_the_table_of_calls(left, due):
    found = dict(schedule(local(left), NEW_YORK))
    assert {step: found[step].astimezone(NEW_YORK) for step in due} == {
        step: local(at) for step, at in due.items()
    }


def test_every_step_has_a_word_and_each_is_later_than_the_one_before():
    for left in (datetime(2026, 1, 31, 4, tzinfo=UTC), datetime(2024, 2, 29, 23, tzinfo=UTC)):
        made = schedule(left, NEW_YORK)
        assert tuple(step for step, _ in made) == STEPS == tuple(FollowUpStep.values)
        times = [left, *(due for _, due in made)]
        assert times == sorted(times)
        assert len(set(times)) == len(times)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [("2026-01-31", 1, "2026-02-28"), ("2024-10-31", 4, "2025-02-28"), ("2026-12-15", 12, "2027-12-15")],
)
def test_a_month_later_is_the_same_day_or_the_last(day, months, later):
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.parametrize(
    ("tried", "in_care", "outcome"),
    [(0, 0, "missed"), (1, 0, "not_reached"), (0, 1, "in_care"), (1, 1, "in_care")],
)
def test_what_a_call_that_was_not_made_is(tried, in_care, outcome):
    assert unmade(tried=bool(tried), in_care=bool(in_care)) == outcome
    assert outcome in FollowUpOutcome.values
