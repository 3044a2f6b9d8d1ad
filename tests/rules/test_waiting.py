"""The stated order of the waitlist, and when somebody who waits is called."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.choices_waiting import Priority, Rank
from programs.rules.waiting import Waiting, escalates, first, in_order, next_check, passed, rank_of, ready

NOW = datetime(2026, 7, 14, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("reasons", "rank"),
    [
        ([], Rank.TIME),
        (["pregnancy"], Rank.PREGNANCY),
        (["overdose"], Rank.SAFETY),
        (["self_harm"], Rank.SAFETY),
        (["unsafe"], Rank.SAFETY),
        (["after_detox"], Rank.SAFETY),
        (["overdose", "pregnancy"], Rank.PREGNANCY),
        (["overdose", "unsafe", "self_harm"], Rank.SAFETY),
    ],
)
def test_the_weightiest_reason_gives_the_rank(reasons, rank):
    assert rank_of(reasons) == rank


@given(st.sets(st.sampled_from(Priority.values)), st.sampled_from(Priority.values))
def test_one_more_reason_never_moves_anybody_back(reasons, more):
    assert rank_of(reasons | {more}) <= rank_of(reasons)


@pytest.mark.parametrize(
    ("people", "order"),
    [
        # who, rank, hours waited
        ([("time", 3, 90), ("safety", 2, 1)], ["safety", "time"]),
        ([("safety", 2, 90), ("pregnant", 1, 0)], ["pregnant", "safety"]),
        ([("late", 3, 1), ("early", 3, 2)], ["early", "late"]),
        ([("b", 2, 5), ("a", 2, 5)], ["a", "b"]),
        (
            [("t1", 3, 900), ("s2", 2, 2), ("p2", 1, 1), ("s1", 2, 3), ("p1", 1, 4)],
            ["p1", "p2", "s1", "s2", "t1"],
        ),
    ],
)
def test_pregnancy_then_safety_then_time(people, order):
    line = [Waiting(key=who, rank=rank, since=NOW - hours * HOUR) for who, rank, hours in people]
    assert [one.key for one in in_order(line)] == order


@pytest.mark.parametrize(
    ("facts", "is_ready"),
    [
        ({}, True),
        ({"has_place": True}, False),
        ({"at_detox": True}, False),
        ({"last_offer_ended": NOW}, False),
        ({"last_offer_ended": NOW - 24 * HOUR + timedelta(seconds=1)}, False),
        ({"last_offer_ended": NOW - 24 * HOUR}, True),
    ],
)
def test_who_is_offered_a_place_now(facts, is_ready):
    one = Waiting(key=1, rank=1, since=NOW - HOUR, **facts)
    second = Waiting(key=2, rank=3, since=NOW)
    assert ready(one, NOW) is is_ready
    assert first([second, one], NOW) == (one if is_ready else second)


def test_nobody_is_next_when_nobody_is_ready():
    assert first([], NOW) is None
    assert first([Waiting(key=1, rank=1, since=NOW, has_place=True)], NOW) is None


@pytest.mark.parametrize(
    ("waited", "done", "due"),
    [
        (0, 0, 24),
        (24, 1, 72 - 24),
        (72, 2, 168 - 72),
        (168, 3, 96),
        (264, 4, 96),
        (30, 0, 96),
        (200, 1, 96),
    ],
)
def test_calls_come_by_the_schedule_and_then_by_its_last_gap(waited, done, due):
    """Hours waited, calls done, hours until the next one; schedule 24, 72, 168."""
    assert next_check([24, 72, 168], NOW - waited * HOUR, done, NOW) == NOW + due * HOUR


def test_a_schedule_of_one():
    assert next_check([48], NOW, 0, NOW) == NOW + 48 * HOUR
    assert next_check([48], NOW - 48 * HOUR, 1, NOW) == NOW + 48 * HOUR


@pytest.mark.parametrize(
    ("newest_first", "asks"),
    [
        ([], False),
        (["missed"], False),
        (["missed", "missed"], True),
        (["not_reached", "missed", "steady"], True),
        (["missed", "steady", "missed"], False),
        (["steady", "missed", "missed"], False),
    ],
)
def test_two_in_a_row_ask_a_supervisor(newest_first, asks):
    assert escalates(newest_first) is asks


_LINES = st.lists(
    st.tuples(st.sampled_from(list(Rank)), st.integers(0, 3), st.booleans(), st.booleans()),
    min_size=1,
    max_size=8,
)


@given(_LINES, st.sampled_from(list(Rank)), st.integers(0, 3))
def test_a_place_passes_over_exactly_those_before_it_who_are_ready(people, rank, hours):
    line = [
        Waiting(key=key, rank=rank, since=NOW - hours * HOUR, has_place=placed, at_detox=away)
        for key, (rank, hours, placed, away) in enumerate(people)
    ]
    ahead = first(line, NOW)
    assert ahead is None or passed(line, ahead, NOW) == []
    mine = Waiting(key="mine", rank=rank, since=NOW - hours * HOUR)
    over = passed(line, mine, NOW)
    for one in line:
        before = one.rank < mine.rank or (one.rank == mine.rank and one.since < mine.since)
        assert (one in over) == (before and not one.has_place and not one.at_detox)
    assert passed(line, Waiting(key="mine", rank=3, since=NOW, has_place=True), NOW) == []
