"""Whose paper is it? Name and date of birth, compared. No database."""

import pytest

from programs.rules.clearance_person import not_compared, other_person, same_name, signed_by


@pytest.mark.parametrize(
    "said,born,other",
    [
        ("1990-03-03", "1990-03-03", False),
        ("1990-03-04", "1990-03-03", True),
        (None, "1990-03-03", False),
        ("1990-03-03", None, False),
        ("", "", False),
    ],
)
def test_only_two_different_dates_make_it_another_person(said, born, other):
    assert other_person({"person_born": said}, born) is other


@pytest.mark.parametrize(
    "first,second,same",
    [
        ("Jordan Lee", "jordan lee", True),
        ("Lee, Jordan", "Jordan Lee", True),
        ("Jordan M. Lee", "Jordan Lee", True),
        ("José Núñez", "Jose Nunez", True),
        ("Anna-Maria Lee", "Anna Maria Lee", True),
        ("Jordan", "Jordan Lee", False),
        ("Jordan Park", "Jordan Lee", False),
        ("Jordan Lee Park", "Jordan Lee Moon", False),
        ("Cher", "Cher", True),
    ],
)
def test_names(first, second, same):
    assert same_name(first, second) is same_name(second, first) is same


def test_what_leaves_it_open_is_said():
    paper = {"person_name": "Jordan Lee", "person_born": "1990-03-03"}
    assert not_compared(paper, ["Jordan Lee"], "1990-03-03") == ()
    assert not_compared(paper, ["Jo", "Jordan A. Lee"], "1990-03-03") == ()
    assert len(not_compared(paper, ["Riley Park"], "1990-03-03")) == 1
    assert len(not_compared(paper, ["Riley Park"], None)) == 2
    assert not_compared({}, ["Riley Park"], None) == ()  # said with what the paper leaves out


@pytest.mark.parametrize(
    "examiner,ours,same",
    [
        ("Dr. Cole Ames", "Cole Ames", True),
        ("AMES, Cole MD", "Cole Ames", True),
        ("Dr. Blue", "Cole Ames", False),
        ("Dr. Ames", "Cole Ames", False),
        ("", "Cole Ames", False),
        (None, "Cole Ames", False),
    ],
)
def test_who_signed_it_is_told_by_name(examiner, ours, same):
    assert signed_by({"examiner_name": examiner}, ours) is same
