"""The NPI check digit."""

import pytest

from referrals.rules.npi import npi_is_well_formed


@pytest.mark.parametrize(
    ("npi", "expected"),
    [
        ("1234567893", True),
        ("1234567890", False),
        ("1234567983", False),
        ("123456789", False),
        ("12345678931", False),
        ("12345 7893", False),
        ("", False),
        ("१२३४५६७८९३", False),
    ],
)
def test_check_digit(npi, expected):
    assert npi_is_well_formed(npi) is expected


def test_any_single_wrong_digit_is_noticed():
    good = "1234567893"
    for position in range(10):
        for digit in "0123456789":
            if digit != good[position]:
                assert not npi_is_well_formed(good[:position] + digit + good[position + 1 :])
