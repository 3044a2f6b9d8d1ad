"""The days of an accounting."""

from datetime import date

import pytest

from records.rules.accounting import Window, is_tpo, window, years_before

TODAY = date(2026, 7, 14)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, Window(date(2023, 7, 14), TODAY)),
        (date(2026, 1, 1), None, Window(date(2026, 1, 1), TODAY)),
        (date(2010, 1, 1), None, Window(date(2020, 7, 14), TODAY)),
        (None, date(2025, 7, 14), Window(date(2022, 7, 14), date(2025, 7, 14))),
        (date(2026, 1, 1), date(2030, 1, 1), Window(date(2026, 1, 1), TODAY)),
        (date(2026, 5, 1), date(2026, 4, 1), Window(date(2026, 4, 1), date(2026, 4, 1))),
        (date(2030, 1, 1), None, Window(TODAY, TODAY)),
        (date(2001, 1, 1), date(2002, 1, 1), Window(date(2020, 7, 14), date(2020, 7, 14))),
    ],
)
def test_the_window(first, last, expected):
    assert window(first, last, TODAY) == expected


def test_a_leap_day_three_years_back():
    assert years_before(date(2024, 2, 29), 3) == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("purpose", "tpo"),
    [("treatment", True), ("payment", True), ("operations", True), ("family", False), ("request", False)],
)
def test_what_counts_as_treatment_payment_and_operations(purpose, tpo):
    assert is_tpo(purpose) is tpo
