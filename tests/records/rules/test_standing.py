"""How well a legal status is shown: a table that staff could read."""

from datetime import date

import pytest

from records.rules.standing import ENDED, ENDS_SOON, SHOWN, UNKNOWN, UNSHOWN, standing

TODAY = date(2026, 7, 14)
CE, P2 = "covered_entity", "part2_program"
# status, what the paper shows, until when; grade, sure
CASES = [
    ("", None, None, UNKNOWN, False),
    ("", CE, None, UNKNOWN, False),
    (CE, None, None, UNSHOWN, True),
    (CE, P2, date(2020, 1, 1), UNSHOWN, True),
    (CE, CE, None, SHOWN, True),
    (CE, CE, date(2026, 8, 14), SHOWN, True),
    (CE, CE, date(2026, 8, 13), ENDS_SOON, True),
    (CE, CE, date(2026, 7, 14), ENDS_SOON, True),
    (CE, CE, date(2026, 7, 13), ENDED, False),
]


@pytest.mark.parametrize(("status", "shown", "until", "grade", "sure"), CASES)
def test_table(status, shown, until, grade, sure):
    found = standing(status, shown, until, TODAY)
    assert (found.grade, found.sure) == (grade, sure)
    assert found.words
