"""The table of steps between levels of care, as the seeds imply it."""

import pytest

from programs.choices import BED_LEVELS, CENTER_LEVELS, Level
from programs.rules.transitions import ALLOWED, AROUND_THE_CLOCK, ORDER, START, following, judge

# from: what may follow (reason needed: *), all else down is refused; up is always allowed
TABLE = {
    START: "detox inpatient residential php iop outpatient",
    "detox": "inpatient residential php iop* outpatient*",
    "inpatient": "residential php iop outpatient detox",
    "residential": "php iop outpatient inpatient detox",
    "php": "iop outpatient residential inpatient detox",
    "iop": "outpatient php residential inpatient detox",
    "outpatient": "continuing iop php residential inpatient detox",
    "continuing": "outpatient iop php residential inpatient detox",
}


@pytest.mark.parametrize("before", TABLE)
def test_every_cell_of_the_table(before):
    """Each pair of levels is allowed, allowed with a reason, or refused exactly as the table says."""
    words = TABLE[before].split()
    expected = {word.rstrip("*"): word.endswith("*") for word in words}
    for after in Level.values:
        step = judge(before, after)
        if after == before:
            assert step.kind == "stay"
            continue
        assert step.allowed is (after in expected), (before, after)
        assert step.needs_reason is expected.get(after, False), (before, after)
        assert bool(step.why) is not step.allowed


@pytest.mark.parametrize("before", TABLE)
def test_what_follows_is_what_is_allowed(before):
    """The list that a form offers has exactly the steps that `judge` allows, in the order of the table."""
    assert list(following(before)) == [word.rstrip("*") for word in TABLE[before].split()]


def test_the_table_speaks_of_our_levels():
    """Every level has its row, and the rules' own words are those of the vocabulary."""
    assert set(ALLOWED) == {START, *Level.values}
    assert set(ORDER) == set(CENTER_LEVELS)
    assert {Level.DETOX, *BED_LEVELS} == AROUND_THE_CLOCK


def test_an_unknown_level_is_an_error():
    """A word that is no level is never silently allowed."""
    with pytest.raises(KeyError):
        judge("iop", "spa")
    with pytest.raises(KeyError):
        judge("spa", "iop")
    with pytest.raises(KeyError):
        judge("iop", START)
