"""When we promise to call: a table that an admissions lead can read. Times are the center's (New York)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.promise import WINDOWS, Hours, clock_state, is_open, next_try, promised_call

ZONE = ZoneInfo("America/New_York")
HOURS = Hours()


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


CASES = [
    # received        danger    asked for    promised
    ("07-14 14:00", "no", "soon", "07-14 14:30"),
    ("07-14 07:00", "no", "soon", "07-14 07:30"),
    ("07-14 23:59", "no", "soon", "07-15 00:29"),
    ("07-14 00:00", "no", "soon", "07-14 07:30"),
    ("07-14 02:15", "no", "soon", "07-14 07:30"),
    ("07-14 06:59", "no", "soon", "07-14 07:30"),
    ("07-14 02:15", "yes", "soon", "07-14 02:15"),
    ("07-14 02:15", "unsure", "evening", "07-14 02:15"),
    ("07-14 08:00", "no", "morning", "07-14 09:30"),
    ("07-14 10:00", "no", "morning", "07-14 10:30"),
    ("07-14 11:31", "no", "morning", "07-15 09:30"),
    ("07-14 14:00", "no", "morning", "07-15 09:30"),
    ("07-14 14:00", "no", "evening", "07-14 17:30"),
    ("07-14 22:00", "no", "afternoon", "07-15 12:30"),
    ("03-08 01:00", "no", "soon", "03-08 07:30"),  # the night the clocks go forward
    ("11-01 00:30", "no", "soon", "11-01 07:30"),  # the night they go back
    ("12-31 23:45", "no", "morning", "+1 09:30"),
]


@pytest.mark.parametrize(("received", "danger", "when", "promised"), CASES)
def test_promises(received, danger, when, promised):
    expected = datetime(2027, 1, 1, 9, 30, tzinfo=ZONE) if promised.startswith("+") else at(promised)
    assert promised_call(at(received), danger, HOURS, when) == expected


def test_a_place_that_never_closes_always_calls_within_half_an_hour():
    assert promised_call(at("07-14 02:15"), "no", Hours(open_from=0)) == at("07-14 02:45")


def test_promises_are_whole_minutes():
    assert promised_call(at("07-14 14:00:01"), "no", HOURS) == at("07-14 14:31")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=UTC))


@given(received=moments, when=st.sampled_from(["soon", *WINDOWS]))
def test_a_promise_lies_ahead_within_two_days_and_never_begins_while_closed(received, when):
    promise = promised_call(received, "no", HOURS, when)
    assert received < promise
    assert (promise - received).total_seconds() < 48 * 3600
    local = promise.astimezone(ZONE)
    assert (local.hour, local.minute) >= (7, 30) or local.hour == 0


@given(received=moments, when=st.sampled_from(["soon", *WINDOWS]))
def test_danger_is_never_later_than_no_danger(received, when):
    assert promised_call(received, "yes", HOURS, when) < promised_call(received, "no", HOURS, when)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("15min", "07-14 14:15"), ("1h", "07-14 15:00"), ("9am", "07-15 09:00")],
)
def test_next_tries(choice, expected):
    assert next_try(choice, at("07-14 14:00"), HOURS) == at(expected)


def test_nine_in_the_morning_is_today_before_nine():
    assert next_try("9am", at("07-14 08:59"), HOURS) == at("07-14 09:00")
    assert next_try("9am", at("07-14 09:00"), HOURS) == at("07-15 09:00")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("07-14 14:00:00", ("later", 20)),
        ("07-14 14:10:00", ("due", 10)),
        ("07-14 14:20:00", ("due", 0)),
        ("07-14 14:20:01", ("overdue", 0)),
        ("07-14 14:42:05", ("overdue", 22)),
    ],
)
def test_the_clock(now, state):
    assert clock_state(at("07-14 14:20"), at(now)) == state


@pytest.mark.parametrize(
    ("now", "expected"), [("07-14 06:59", False), ("07-14 07:00", True), ("07-14 23:59", True)]
)
def test_opening(now, expected):
    assert is_open(at(now), HOURS) is expected
