"""When a person steps down or up: the table that a clinician signs."""

from dataclasses import replace
from itertools import product

import pytest

from programs.choices import CENTER_LEVELS
from programs.rules.step_down import CONDITIONS, SIGNS, Seen, suggest
from programs.rules.transitions import judge

READY = Seen(
    level="residential", whole_period=True, use="none", f1=1, flag=False, attendance=80,
    home_plan=True, home_worse=False, missed_weeks=0, agrees=True,
)  # fmt: skip

# what is different from a person who is ready, what is suggested, and why
TABLE = [
    ({}, "down", "php", (), ()),
    ({"level": "inpatient"}, "down", "residential", (), ()),
    ({"level": "php"}, "down", "iop", (), ()),
    ({"level": "iop"}, "down", "outpatient", (), ()),
    ({"level": "outpatient"}, "down", "continuing", (), ()),
    ({"level": "continuing"}, "stay", "continuing", (), ()),
    ({"whole_period": False}, "stay", "residential", (), ()),
    ({"use": "planned"}, "down", "php", (), ()),
    ({"use": "unplanned"}, "stay", "residential", (), ("no_use",)),
    ({"use": "planned", "f1": 2}, "up", "inpatient", ("use_with_dependence",), ("steady",)),
    ({"use": "unplanned", "f1": 3}, "up", "inpatient", ("use_with_dependence",), ("no_use", "steady")),
    ({"f1": 2}, "stay", "residential", (), ("steady",)),
    ({"flag": True}, "up", "inpatient", ("flag",), ("no_flag",)),
    ({"attendance": 79}, "stay", "residential", (), ("attendance",)),
    ({"home_plan": False}, "stay", "residential", (), ("home_plan",)),
    ({"home_worse": True}, "up", "inpatient", ("home_worse",), ()),
    ({"missed_weeks": 1}, "down", "php", (), ()),
    ({"missed_weeks": 2}, "up", "inpatient", ("missed",), ()),
    ({"agrees": False}, "stay", "residential", (), ("agrees",)),
    ({"level": "iop", "flag": True}, "up", "php", ("flag",), ("no_flag",)),
    ({"level": "inpatient", "flag": True}, "up", "detox", ("flag",), ("no_flag",)),
]


@pytest.mark.parametrize(("change", "move", "level", "signs", "unmet"), TABLE)
def test_the_table(change, move, level, signs, unmet):
    found = suggest(replace(READY, **change))
    assert (found.move, found.level, found.signs, found.open) == (move, level, signs, unmet)


@pytest.mark.parametrize("name", ["use", "f1", "flag", "attendance", "home_plan", "agrees"])
def test_what_was_not_asked_is_never_met(name):
    assert suggest(replace(READY, **{name: None})).move == "stay"


def test_it_is_total_and_more_risk_never_means_less_care():
    order = ("down", "stay", "up")
    for level, use, f1, flag, worse in product(
        CENTER_LEVELS, (None, "none", "planned", "unplanned"), (None, 0, 1, 2, 4), (None, False, True),
        (None, False, True),
    ):  # fmt: skip
        seen = replace(READY, level=level, use=use, f1=f1, flag=flag, home_worse=worse)
        found = suggest(seen)
        assert found.move == "stay" or judge(level, found.level).kind == found.move
        assert {*found.open} <= CONDITIONS.keys()
        assert {*found.signs} <= SIGNS.keys()
        riskier = [replace(seen, flag=True), replace(seen, home_worse=True)]
        if f1 is not None and f1 < 4:
            riskier.append(replace(seen, f1=f1 + 1))
        assert all(order.index(suggest(one).move) >= order.index(found.move) for one in riskier)
