"""How an episode stands with who pays: one table that an admissions worker can read."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from intake.choices_coverage import ANSWERS
from intake.rules.coverage import Said, dollars, standing

NOON = datetime(2026, 7, 14, 16, tzinfo=UTC)
TODAY = date(2026, 7, 14)
SOON, PAST = date(2026, 8, 1), date(2026, 7, 13)


def said(state, ago=1, again=SOON, **more):
    return Said(state, NOON - timedelta(hours=ago), again, **more)


@pytest.mark.parametrize(
    ("plans", "heard", "waived", "state", "why"),
    [
        (0, [], None, "open", "nothing"),
        (1, [], None, "open", "not_asked"),
        (1, [said("asked")], None, "open", "asked"),
        (1, [said("verified")], None, "verified", "verified"),
        (1, [said("verified", again=TODAY)], None, "verified", "verified"),
        (1, [said("verified", again=PAST)], None, "open", "again"),
        (1, [said("prior_auth")], None, "open", "prior_auth"),
        (1, [said("prior_auth", authorized=True)], None, "verified", "authorized"),
        (1, [said("denied", again=None)], None, "denied", "denied"),
        (1, [said("not_covered", again=None)], None, "denied", "not_covered"),
        (1, [said("out_of_network", again=None)], None, "denied", "out_of_network"),
        # Two plans: one that pays is enough, otherwise a no is a no.
        (2, [said("denied", again=None), said("verified")], None, "verified", "verified"),
        (2, [said("verified", again=PAST), said("verified")], None, "verified", "verified"),
        (2, [said("asked"), said("denied", again=None)], None, "denied", "denied"),
        (2, [said("asked")], None, "open", "asked"),
        # A waiver stands until a plan says something later.
        (0, [], said("waived", again=None), "waived", "waived"),
        (1, [said("denied", 2, None)], said("waived", 1, None), "waived", "waived"),
        (1, [said("denied", 1, None)], said("waived", 2, None), "denied", "denied"),
    ],
)
def test_each_standing(plans, heard, waived, state, why):
    stands = standing(heard, plans=plans, waived=waived, today=TODAY)
    assert (stands.state, stands.why) == (state, why)
    assert stands.settled == (state in ("verified", "waived"))


def test_another_plan_that_pays_never_makes_it_worse():
    for first, second in product(ANSWERS, repeat=2):
        heard = [said(first), said(second)]
        before = standing(heard, plans=2, waived=None, today=TODAY)
        after = standing([*heard, said("verified")], plans=3, waived=None, today=TODAY)
        assert after.settled or not before.settled
        assert after.state == "verified"


def test_amounts_as_they_are_read():
    assert [dollars(one) for one in ("40", "40.5", "1250.00", 0)] == ["$40", "$40.50", "$1,250", "$0"]
