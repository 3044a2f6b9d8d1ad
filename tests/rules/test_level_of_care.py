import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.level_of_care import LEVEL_OF_CARE, decide_level, place
from programs.rules.terms import FACTORS, OUTCOMES, SEVERITY

LADDER = LEVEL_OF_CARE.ladder
inputs = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FACTORS, st.one_of(st.none(), st.integers(0, 4))),
        "sud": st.one_of(st.none(), st.sampled_from(SEVERITY)),
        "detox": st.one_of(st.none(), st.sampled_from(OUTCOMES)),
        "remission_months": st.one_of(st.none(), st.integers(0, 30)),
    },
)


def test_more_risk_never_lowers_any_level_in_all_78125_combinations():
    placed = {}
    for ratings in itertools.product(range(5), repeat=5):
        for sud, detox in itertools.product(SEVERITY, OUTCOMES):
            given_input = dict(zip(FACTORS, ratings, strict=True)) | {"sud": sud, "detox": detox}
            found = place(given_input)
            placed[ratings, sud, detox] = (found.minimum, found.preferred, found.recommended)
    assert len(placed) == 78_125
    for (ratings, sud, detox), (minimum, preferred, recommended) in placed.items():
        assert minimum <= recommended <= preferred
        for index in range(4):
            if ratings[index] < 4:
                more = (*ratings[:index], ratings[index] + 1, *ratings[index + 1 :])
                for before, after in zip(
                    (minimum, preferred, recommended), placed[more, sud, detox], strict=True
                ):
                    assert before <= after
        # Feasibility moves the result only inside the safe range.
        easy = placed[(*ratings[:4], 0), sud, detox]
        assert (minimum, preferred) == easy[:2]
        assert recommended == (preferred if ratings[4] <= 2 else minimum)


@given(inputs)
@settings(max_examples=300, deadline=None)
def test_every_input_has_one_whole_result(given_input):
    decision = decide_level(given_input)
    assert LADDER.index(decision.minimum_safe) <= LADDER.index(decision.recommended)
    assert LADDER.index(decision.recommended) <= LADDER.index(decision.preferred)
    assert len({"L-00", "L-22"} & set(decision.rules)) == 1
    assert decision.rules[0] in ("L-00", "L-22")
    assert list(decision.rules[1:]) == sorted(decision.rules[1:])
    assert decision.setting == LEVEL_OF_CARE.settings[LADDER.index(decision.recommended)]
    assert decision.missing == tuple(factor for factor in FACTORS if given_input.get(factor) is None)


@given(inputs)
@settings(max_examples=200, deadline=None)
def test_every_counterfactual_is_true_and_the_nearest(given_input):
    decision = decide_level(given_input)
    base = LADDER.index(decision.recommended)
    for what in decision.counterfactuals:
        changed = decide_level({**given_input, what.factor: what.to_rating})
        assert changed.recommended == what.level != decision.recommended
        assert what.from_rating == decision.effective[what.factor]
        lower = LADDER.index(what.level) < base
        for rating in range(5):
            if abs(rating - what.from_rating) < abs(what.to_rating - what.from_rating):
                other = LADDER.index(decide_level({**given_input, what.factor: rating}).recommended)
                assert not (other < base if lower else other > base)


# One case for each rule: the ratings with which it fires.
FIRES = {
    "L-22": {"sud": "none"},
    "L-00": {"sud": "mild"},
    "L-01": {"F1": 4},
    "L-02": {"F1": 3},
    "L-03": {"F1": 2},
    "L-04": {"F2": 4},
    "L-05": {"F2": 3},
    "L-06": {"F2": 2},
    "L-07": {"F3": 4},
    "L-08": {"F3": 3},
    "L-09": {"F3": 2},
    "L-10": {"F4": 4},
    "L-11": {"F4": 3},
    "L-12": {"F4": 2},
    "L-13": {"sud": "severe"},
    "L-14": {"sud": "unknown"},
    "L-15": {"F1": 2, "F4": 2},
    "L-16": {"F2": 2, "F4": 3},
    "L-17": {"F3": 2, "F4": 3},
    "L-18": {"F1": 2, "F2": 2, "F3": 2},
    "L-19": {"F3": 2, "F4": 2},
    "L-20": {"F1": 1, "F2": 3, "F3": 3, "F4": 3},
    "L-21": {"F1": 2, "F2": 2},
}


@pytest.mark.parametrize("rule", LEVEL_OF_CARE.rules, ids=lambda rule: rule.id)
def test_every_rule_fires_and_lifts_the_result(rule):
    decision = decide_level(dict.fromkeys(FACTORS, 0) | {"sud": "none"} | FIRES[rule.id])
    assert rule.id in decision.rules
    assert LADDER.index(decision.minimum_safe) >= rule.minimum
    assert LADDER.index(decision.preferred) >= rule.preferred
    fired = next(fired for fired in decision.fired if fired.id == rule.id)
    assert (fired.statement, fired.source) == (rule.statement, rule.source)
    assert set(fired.inputs) <= {*FACTORS, "sud", "remission_months"}
    assert fired.inputs


@pytest.mark.parametrize(
    ("given_input", "flags"),
    [
        ({}, ["CLINICIAN_REVIEW_MISSING:F1,F2,F3,F4,F5", "SUD_SEVERITY_UNKNOWN"]),
        ({"F1": 0, "F2": 0, "F3": 0, "F4": 0, "F5": 0, "sud": "mild"}, []),
        ({"F2": 0, "F3": 0, "F5": 0, "sud": "mild"}, ["CLINICIAN_REVIEW_MISSING:F1,F4"]),
        (
            {"F1": 0, "F2": 0, "F3": 0, "F4": 0, "F5": 0, "sud": "mild", "detox": "clinician_must_review"},
            ["DETOX_REVIEW_OPEN"],
        ),
        (
            {"F1": 0, "F2": 0, "F3": 3, "F4": 0, "F5": 3, "sud": "mild", "detox": "no_detox_needed"},
            ["F5_LOWERED_WITHIN_SAFE_RANGE", "COMMITMENT_PLAN_NEEDED"],
        ),
        (
            {"F1": 0, "F2": 0, "F3": 0, "F4": 0, "F5": 4, "sud": "mild", "detox": "emergency_now"},
            ["STABILISE_FIRST", "COMMITMENT_PLAN_NEEDED", "REFER_OUT_HOSPITAL_LEVEL"],
        ),
    ],
)
def test_flags_come_in_their_order(given_input, flags):
    assert decide_level(given_input).as_output()["flags"] == flags


@pytest.mark.parametrize(
    ("given_input", "after"),
    [
        ({"F1": 1, "detox": "emergency_now"}, False),
        ({"detox": "emergency_now"}, False),
        ({"F1": 2, "detox": "emergency_now"}, True),
        ({"F1": 2}, True),
        ({"F1": 1}, False),
        ({}, False),
        ({"detox": "needs_monitored_or_ambulatory_wm"}, True),
        ({"F1": 0, "detox": "needs_medically_managed_inpatient"}, True),
        ({"F1": 0, "detox": "clinician_must_review"}, False),
    ],
)
def test_the_level_after_stabilisation_is_told_only_where_it_applies(given_input, after):
    rest = {"F2": 0, "F3": 0, "F4": 0, "F5": 0, "sud": "mild"}
    output = decide_level({**rest, **given_input}).as_output()
    assert ("after_stabilisation" in output) is after
    if after:
        assert output["after_stabilisation"] == decide_level({**rest, "F1": 1}).recommended


def test_a_decision_names_its_rule_set():
    decision = decide_level({})
    assert (decision.ruleset_id, decision.ruleset_sha256) == (LEVEL_OF_CARE.id, LEVEL_OF_CARE.sha256)
