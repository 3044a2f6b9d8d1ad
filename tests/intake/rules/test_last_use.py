"""The upper bound of the last use: never earlier than what the person can have meant."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from intake.rules.last_use import hours_since, latest_last_use
from tests.factories.episodes import said

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 7, 14, 13, 0, tzinfo=UTC)  # 9 am at the center

moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))
DAYS_AGO = {"today": (0, 0), "yesterday": (1, 1), "two_three_days": (2, 3), "four_seven_days": (4, 7)}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("today", NOW),
        ("yesterday", datetime(2026, 7, 14, 4, 0, tzinfo=UTC)),
        ("two_three_days", datetime(2026, 7, 13, 4, 0, tzinfo=UTC)),
        ("four_seven_days", datetime(2026, 7, 11, 4, 0, tzinfo=UTC)),
        ("over_a_week", NOW - timedelta(days=7)),
    ],
)
def test_bounds_in_the_centers_days(answer, expected):
    assert latest_last_use(said(last_use=answer), asked_at=NOW, zone=ZONE) == expected


def test_an_exact_time_is_itself():
    row = said(last_use="exact", last_use_at="2026-07-14T10:00:00+00:00")
    assert latest_last_use(row, asked_at=NOW, zone=ZONE) == datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
    assert hours_since(row, datetime(2026, 7, 14, 10, 0, tzinfo=UTC), now=NOW) == 3


@pytest.mark.parametrize(
    "row",
    [
        {"last_use": {"missing": "unknown"}},
        {"last_use": {"missing": "declined"}},
        said(last_use="exact"),
        said(substance="alcohol"),
    ],
)
def test_what_is_not_known_can_have_been_just_now(row):
    assert latest_last_use(row, asked_at=NOW, zone=ZONE) == NOW
    assert hours_since(row, NOW, now=NOW + timedelta(days=30)) is None


def test_an_empty_row_reports_no_use():
    assert latest_last_use({}, asked_at=NOW, zone=ZONE) is None


def test_an_exact_time_beside_another_answer_does_not_count():
    row = said(last_use="yesterday", last_use_at="2020-01-01T00:00:00+00:00")
    assert latest_last_use(row, asked_at=NOW, zone=ZONE) == datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


@given(asked_at=moments, used=moments, answer=st.sampled_from(sorted(DAYS_AGO)))
def test_the_bound_is_never_before_a_use_that_fits_the_answer(asked_at, used, answer):
    days = (asked_at.astimezone(ZONE).date() - used.astimezone(ZONE).date()).days
    least, most = DAYS_AGO[answer]
    assume(used <= asked_at)
    shifted = used + timedelta(days=days - most)
    assume(shifted <= asked_at)
    days = (asked_at.astimezone(ZONE).date() - shifted.astimezone(ZONE).date()).days
    assume(least <= days <= most)
    assert shifted <= latest_last_use(said(last_use=answer), asked_at=asked_at, zone=ZONE) <= asked_at


@given(asked_at=moments, later=st.integers(0, 10_000))
def test_hours_only_grow(asked_at, later):
    row = said(last_use="yesterday")
    bound = latest_last_use(row, asked_at=asked_at, zone=ZONE)
    first = hours_since(row, bound, now=asked_at)
    assert hours_since(row, bound, now=asked_at + timedelta(hours=later)) >= first >= 0


@pytest.mark.parametrize(
    ("sure", "hours"),
    [
        (None, 3),
        ({"value": "exact"}, 3),
        ({"value": "approximate"}, 0),
        ({"value": "unknown"}, None),
        ({"missing": "unknown"}, None),
        ({"missing": "declined"}, None),
    ],
)
def test_how_sure_a_time_is_moves_the_bound(sure, hours):
    row = said(last_use="exact", last_use_at="2026-07-14T10:00:00+00:00")
    row |= {"last_use_exactness": sure} if sure else {}
    latest = latest_last_use(row, asked_at=NOW, zone=ZONE)
    assert hours_since(row, latest, now=NOW) == hours
    assert latest == (datetime(2026, 7, 14, 10, 0, tzinfo=UTC) if hours == 3 else NOW)


def test_about_a_time_means_up_to_twelve_hours_later():
    row = said(last_use="exact", last_use_at="2026-07-12T10:00:00+00:00", last_use_exactness="approximate")
    assert latest_last_use(row, asked_at=NOW, zone=ZONE) == datetime(2026, 7, 12, 22, 0, tzinfo=UTC)
