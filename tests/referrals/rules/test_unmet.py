"""Counting unmet need: what is said, and what small numbers hide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.rules.unmet import (
    ELSEWHERE,
    FELL_BACK,
    FEWEST,
    FOUND,
    HIDDEN,
    NO_AREA,
    NOBODY,
    TOO,
    Decided,
    hide,
    report,
)

PAYER, AGE = ("payer", 9, 2), ("age", 4, 0)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], []),
        ([0, 7, 12], ["0", "7", "12"]),
        ([5, 6], ["5", "6"]),
        ([3, 7, 12], [HIDDEN, TOO, "12"]),  # 3 would follow from the total
        ([3, 4, 12], [HIDDEN, HIDDEN, "12"]),
        ([3], [HIDDEN]),
        ([0, 1], ["0", HIDDEN]),
    ],
)
def test_small_numbers_are_hidden_and_do_not_follow_from_the_total(parts, said):
    assert hide(parts) == said


@given(st.lists(st.integers(0, 40), max_size=8))
def test_no_small_number_is_ever_said_or_the_only_one_hidden(parts):
    said = hide(parts)
    assert not {str(one) for one in range(1, FEWEST)} & {*said}
    hidden = [one for one in said if not one.isdigit()]
    assert len(hidden) != 1 or all(
        one == 0 for one, words in zip(parts, said, strict=True) if words != HIDDEN
    )


def decided(number, way=NOBODY, area="232", out=(PAYER, AGE)):
    return [Decided(way, area, tuple(out))] * number


def test_what_ruled_out_most_and_what_stood_alone():
    told = report([*decided(6), *decided(5, FELL_BACK, out=[AGE]), *decided(8, FOUND)])
    assert (told.matches, told.nobody, told.fell_back) == ("19", "6", "5")
    assert told.criteria == [("payer", "6", "6"), ("age", "5", "0")]
    assert told.areas == [("232", "19", "11", "payer")]


def test_few_matches_of_an_area_stand_together_and_say_no_criterion():
    told = report(
        [*decided(9), *decided(3, area="201"), *decided(2, FOUND, area="209"), *decided(6, area="")]
    )
    assert [row[0] for row in told.areas] == ["232", NO_AREA, ELSEWHERE]
    assert told.areas[2] == (ELSEWHERE, "5", HIDDEN, "")
    assert told.areas[1][2] == TOO


def test_without_decisions_nothing_is_said():
    assert report([]) == type(report([]))("0", "0", "0", [], [])
