"""Totality and every monotone scale of the clinical document, step by step, on random pictures.

A quick share runs every time; `bin/test --long` walks 100,000 steps.
"""

import random

import pytest

from programs.rules.detox import DETOX, decide_detox, outcome_level
from programs.rules.inputs import SCORES, answered, inputs_of
from programs.rules.io import read_detox
from programs.rules.ruleset import MONITORED
from programs.rules.terms import ILLNESS, OUTCOMES, RED_FLAGS, SUICIDALITY, TRI_STATE
from tests.rules.cases import clear

QUICK, FULL = 5_000, 100_000
NORMAL = {"hr": 72, "sbp": 118, "dbp": 76, "rr": 14, "spo2": 98, "temp_c": 36.8}
FAR = {"hr": 200, "sbp": 260, "dbp": 160, "rr": 50, "spo2": 100, "temp_c": 43}
CODES = [*DETOX.substances, "nicotine", "something else"]
HIGH = {"amount": 5000, "days_per_week": 7, "duration_months": 60}


def picture_from(rng):
    """Any well-formed picture: half of them calm, so that lower outcomes are walked too."""
    calm = rng.random() < 0.5
    picture = clear() if calm else {}
    for one in inputs_of(picture, DETOX):
        if rng.random() < (0.15 if calm else 0.6):
            known = rng.choice([step.value for step in one.steps] + [None])
            picture = answered(picture, one.key, known)
    codes = rng.sample(CODES, rng.randint(0, 4))
    return {**picture, "substances": {code: use_from(rng) for code in codes}}


def use_from(rng):
    return {
        field: round(rng.choice([rng.uniform(0, high), rng.uniform(0, high / 50), 0]), 2)
        for field, high in {**HIGH, "hours_since_last": 700}.items()
        if rng.random() < 0.8
    }


def scale_from(rng, picture):
    """One of the scales of C.3 with two of its points, less risk first: (key, less, more)."""
    kind = rng.choice(["word", "score", "age", "vital", "use", "stable", "list"])
    if kind == "word":
        words = rng.choice(
            [(f"red_flags.{rng.choice(RED_FLAGS)}", TRI_STATE), ("suicidality", SUICIDALITY)]
            + [(f"medical.{key}", ILLNESS) for key in ("liver", "cardiac", "renal_or_other")]
            + [(key, TRI_STATE) for key in ("pregnant", "major_interaction", "prior_complicated_withdrawal")]
            + [("suspected_medetomidine_xylazine", ("no", "yes"))]
        )
        less, more = sorted(rng.choices(range(len(words[1])), k=2))
        return words[0], words[1][less], words[1][more]
    if kind == "score":
        key, high = rng.choice([*SCORES.items(), ("prior_alcohol_sedative_wm", 6)])
        return key, *sorted(rng.choices(range(high + 1), k=2))
    if kind == "age":
        return "age", *sorted(rng.uniform(34, 130) for _ in range(2))
    if kind == "vital":
        sign = rng.choice(list(NORMAL))
        end = rng.choice([0, FAR[sign]])
        less, more = sorted(rng.random() for _ in range(2))
        step = end - NORMAL[sign]
        return f"vitals.{sign}", NORMAL[sign] + less * step, NORMAL[sign] + more * step
    if kind == "list" or not picture["substances"]:
        return "substance_list_complete", True, False
    code = rng.choice(list(picture["substances"]))
    if kind == "stable":
        return f"substances.{code}.prescribed_stable", True, False
    field = rng.choice(list(HIGH))
    return f"substances.{code}.{field}", *sorted(rng.uniform(0, HIGH[field]) for _ in range(2))


@pytest.mark.parametrize(
    "steps", [pytest.param(QUICK, id="quick"), pytest.param(FULL, id="full", marks=pytest.mark.long)]
)
def test_no_step_up_a_scale_lowers_the_outcome(steps):
    rng, seen = random.Random(20260714), set()
    for number in range(steps):
        picture = picture_from(rng)
        key, less, more = scale_from(rng, picture)
        low, high = (read_detox(answered(picture, key, value)) for value in (less, more))
        below, above = outcome_level(low), outcome_level(high)
        assert below <= above, (number, key, less, more, picture)
        seen.add(above)
        if number % 20 == 0:
            decision = decide_detox(high)
            assert decision.outcome == OUTCOMES[above]
            assert (decision.setting is not None) == (decision.outcome == MONITORED)
            assert not decision.missing or above >= 1
    assert seen == {0, 1, 2, 3, 4}, "every outcome is walked"


@pytest.mark.parametrize(
    "steps", [pytest.param(QUICK, id="quick"), pytest.param(FULL, id="full", marks=pytest.mark.long)]
)
def test_leaving_a_substance_out_never_raises_the_outcome(steps):
    rng = random.Random(7)
    for _ in range(steps // 5):
        picture = read_detox(picture_from(rng))
        for code in picture["substances"]:
            fewer = {other: use for other, use in picture["substances"].items() if other != code}
            assert outcome_level({**picture, "substances": fewer}) <= outcome_level(picture)
