"""How long a clearance holds, what it must say, and what keeps it out. No database."""

from datetime import UTC, datetime, timedelta

import pytest

from config.npi import npi_fits
from programs.rules.clearance import (
    ALWAYS_PARTS,
    PART_WORDS,
    WINDOWS_HOURS,
    above_entry_band,
    not_said,
    validity,
    warned_hours,
)

EXAM = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FULL = {
    "person_name": "Jordan Lee", "person_born": "1990-03-03",
    "examiner_name": "Dr. Blue", "credential": "MD", "licence": "VA 1", "npi": "1234567893",
    "facility": "Harbor", "callback_phone": "8045550144", "medicines": "none", "allergies": "none",
    "hr": 72, "sbp": 118, "dbp": 76,
    "rr": 14, "spo2": 98, "temp_c": 36.8, "cows": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    "npi,fits",
    [
        ("1234567893", True),
        ("1234567890", False),
        ("123456789", False),
        ("12345678930", False),
        ("", False),
        ("123456789X", False),
        ("１２３４５６７８９３", False),
        ("1234567983", False),
    ],
)
def test_npi(npi, fits):
    assert npi_fits(npi) is fits


def test_exactly_one_last_digit_fits():
    for start in ("123456789", "000000000", "987654321"):
        assert sum(npi_fits(f"{start}{digit}") for digit in range(10)) == 1


@pytest.mark.parametrize(
    "parts,hours,ends_first",
    [
        ({}, 24, "cows_or_ciwa"),
        ({"vitals": EXAM - 5 * HOUR}, 19, "vitals"),
        ({"ecg": EXAM - 719 * HOUR}, 1, "ecg"),
        ({"ecg": EXAM}, 24, "cows_or_ciwa"),
        ({"pregnancy_test": EXAM - 60 * HOUR}, 12, "pregnancy_test"),
        ({"vitals": EXAM + 9 * HOUR}, 24, "cows_or_ciwa"),
    ],
)
def test_the_earliest_part_ends_it(parts, hours, ends_first):
    found = validity(EXAM, parts)
    assert (found.until, found.part) == (EXAM + hours * HOUR, ends_first)


@pytest.mark.parametrize("part", WINDOWS_HOURS)
def test_an_older_part_never_makes_it_last_longer(part):
    ends = [validity(EXAM, {part: EXAM - hours * HOUR}).until for hours in range(0, 800, 40)]
    assert ends == sorted(ends, reverse=True)


def test_every_part_has_words():
    assert set(PART_WORDS) == set(WINDOWS_HOURS)
    assert set(ALWAYS_PARTS) <= set(WINDOWS_HOURS)


@pytest.mark.parametrize("key", [key for key in FULL if key != "cows"])
def test_each_thing_that_must_be_said(key):
    assert not_said(FULL) == ()
    assert len(not_said({**FULL, key: None})) == 1
    assert len(not_said({k: v for k, v in FULL.items() if k != key})) == 1


def test_one_withdrawal_score_is_enough_and_zero_is_one():
    without = {k: v for k, v in FULL.items() if k != "cows"}
    assert len(not_said(without)) == 1
    twice = {"examined_at": EXAM, "ciwa_before": 0, "score_before_at": EXAM - 4 * HOUR}
    assert not_said({**without, **twice, "ciwa": 0}) == ()


@pytest.mark.parametrize(
    "scores,missing",
    [
        ({"cows": 4}, 0),
        ({"cows": 5}, 1),
        ({"cows": 5, "cows_before": 9}, 1),
        ({"cows": 5, "cows_before": 9, "score_before_at": EXAM - HOUR}, 0),
        ({"ciwa": 0}, 1),
        ({"ciwa": 0, "ciwa_before": 3}, 1),
        ({"ciwa": 0, "ciwa_before": 3, "score_before_at": EXAM - 3.9 * HOUR}, 1),
        ({"ciwa": 0, "ciwa_before": 3, "score_before_at": EXAM - 4 * HOUR}, 0),
        ({"ciwa": 0, "ciwa_before": 3, "score_before_at": (EXAM - 4 * HOUR).isoformat()}, 0),
        (
            {
                "ciwa": 0,
                "ciwa_before": 3,
                "score_before_at": EXAM - 5 * HOUR,
                "parts": {"cows_or_ciwa": EXAM - 2 * HOUR},
            },
            1,
        ),
        ({"cows": 6, "ciwa": 2}, 2),
    ],
)
def test_an_earlier_score_is_said_where_it_has_to_fall_or_to_stay_low(scores, missing):
    """`spec/clinical.md` F: COWS at most 12 and falling, CIWA-Ar at most 9 twice 4 h apart."""
    assert len(not_said({**FULL, "examined_at": EXAM, **scores})) == missing


@pytest.mark.parametrize(
    "finding,outside",
    [
        ({"cows": 12}, False),
        ({"cows": 13}, True),
        ({"ciwa": 9}, False),
        ({"ciwa": 10}, True),
        ({"cows": 12, "cows_before": 13}, False),
        ({"cows": 12, "cows_before": 12}, True),
        ({"cows": 8, "cows_before": 6}, True),
        ({"cows": 5, "cows_before": 4}, True),
        ({"cows": 4, "cows_before": 2}, False),
        ({"cows": 0, "cows_before": 0}, False),
        ({"ciwa": 9, "ciwa_before": 9}, False),
        ({"ciwa": 9, "ciwa_before": 10}, True),
        ({"ciwa": None, "ciwa_before": 10}, False),
        ({"hr": 190}, True),
        ({"spo2": 80}, True),
        ({"temp_c": 41.5}, True),
        ({"hr": None}, False),
        ({}, False),
    ],
)
def test_the_entry_band(finding, outside):
    assert bool(above_entry_band({**FULL, **finding})) is outside


@pytest.mark.parametrize(
    "left,hours",
    [(24.01, None), (24, 24), (4.01, 24), (4, 4), (1.01, 4), (1, 1), (0.01, 1), (0, None), (-1, None)],
)
def test_warnings_come_closer(left, hours):
    assert warned_hours(EXAM + left * HOUR, EXAM) == hours
