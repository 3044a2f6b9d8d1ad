"""The promises of the detox rules for every picture: one outcome always, and more risk never less care."""

import copy

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from programs.rules.detox import DETOX, decide_detox, detox_counterfactuals
from programs.rules.terms import (
    CONDITIONS,
    ILLNESS,
    OUTCOMES,
    RED_FLAGS,
    SUICIDALITY,
    TRI_STATE,
    TRI_STATE_KEYS,
    VITAL_SIGNS,
)

NORMAL = {"hr": 72, "sbp": 118, "dbp": 76, "rr": 14, "spo2": 98, "temp_c": 36.8}
COUNTS = {"cows": 48, "ciwa": 67, "ciwa_perceptual_max": 7, "ciwa_orientation": 4, "pawss": 10}
CODES = [*DETOX.substances, "nicotine", "caffeine", "something else"]


def numbers(high):
    return st.one_of(st.integers(0, high), st.floats(0, high))


def or_not(strategy):
    return st.one_of(st.none(), strategy)


amounts = st.one_of(
    st.sampled_from([0, 2, 3, 5, 8, 15, 20, 30, 40, 50, 100, 150, 200, 400, 800, 3600]), numbers(5000)
)
entries = st.fixed_dictionaries(
    {},
    optional={
        "amount": or_not(amounts),
        "days_per_week": or_not(numbers(7)),
        "duration_months": or_not(st.one_of(st.sampled_from([0, 0.25, 0.5, 1, 6]), numbers(60))),
        "hours_since_last": or_not(st.one_of(st.sampled_from([72, 168, 240, 336, 504, 672]), numbers(900))),
        "prescribed_stable": or_not(st.booleans()),
    },
)
readings = {sign: or_not(st.one_of(st.just(value), numbers(250))) for sign, value in NORMAL.items()}
pictures = st.fixed_dictionaries(
    {
        "red_flags": st.one_of(
            st.none(),
            st.just("none"),
            st.fixed_dictionaries({}, optional=dict.fromkeys(RED_FLAGS, st.sampled_from(TRI_STATE))),
        ),
        "medical": st.one_of(
            st.none(),
            st.just("none"),
            st.fixed_dictionaries({}, optional=dict.fromkeys(CONDITIONS, st.sampled_from(ILLNESS))),
        ),
        "vitals": st.one_of(st.none(), st.just("normal"), st.fixed_dictionaries({}, optional=readings)),
        "substances": or_not(st.dictionaries(st.sampled_from(CODES), or_not(entries), max_size=4)),
    },
    optional={
        **dict.fromkeys(TRI_STATE_KEYS, or_not(st.sampled_from(TRI_STATE))),
        **{key: or_not(st.integers(0, high)) for key, high in COUNTS.items()},
        "age": or_not(numbers(130)),
        "suicidality": or_not(st.sampled_from(SUICIDALITY)),
        "substance_list_complete": or_not(st.booleans()),
        "prior_alcohol_sedative_wm": or_not(st.integers(0, 5)),
    },
)

# A picture without emergencies, so that steps lower down the order are seen too.
calm = st.fixed_dictionaries(
    {
        "age": st.integers(18, 70),
        "substance_list_complete": st.just(True),
        "red_flags": st.just("none"),
        "medical": st.one_of(
            st.just("none"), st.fixed_dictionaries(dict.fromkeys(CONDITIONS, st.sampled_from(ILLNESS)))
        ),
        "vitals": st.one_of(st.just("normal"), st.just(NORMAL)),
        "suicidality": st.sampled_from(SUICIDALITY[:4]),
        "substances": st.dictionaries(st.sampled_from(CODES), or_not(entries), max_size=3),
        **dict.fromkeys(TRI_STATE_KEYS, st.sampled_from(TRI_STATE)),
        "jaundice_or_dark_urine": st.just("no"),
    },
    optional={
        "cows": or_not(st.integers(0, 20)),
        "ciwa": or_not(st.integers(0, 15)),
        "pawss": st.integers(0, 10),
        "prior_alcohol_sedative_wm": st.integers(0, 3),
    },
)
any_picture = st.one_of(pictures, calm)


def level(picture):
    return decide_detox(picture).level


@given(any_picture)
@settings(max_examples=400, deadline=None)
def test_every_picture_has_exactly_one_outcome(picture):
    decision = decide_detox(picture)
    assert decision.outcome == OUTCOMES[decision.level]
    assert decision.level == max(OUTCOMES.index(fired.outcome) for fired in decision.fired)
    assert list(decision.rules) == [
        rule.id for rule in [*DETOX.rules, DETOX.otherwise] if rule.id in decision.rules
    ]
    assert (decision.setting is not None) == (decision.outcome == "needs_monitored_or_ambulatory_wm")
    assert list(decision.messages) == sorted(set(decision.messages))
    assert bool(decision.missing) == ("R-01" in decision.rules)
    if decision.missing:
        assert decision.level >= 1
    for what in detox_counterfactuals(picture):
        assert what.level <= decision.level
        assert what.changes == (what.level < decision.level)
        assert what.level >= (1 if decision.missing else 0)


@st.composite
def ladders(draw, scale):
    """Two positions on a scale, the first not above the second."""
    first = draw(st.integers(0, len(scale) - 1))
    return scale[first], scale[draw(st.integers(first, len(scale) - 1))]


SCALES = {
    **dict.fromkeys(TRI_STATE_KEYS, TRI_STATE),
    "suicidality": SUICIDALITY,
    "substance_list_complete": (True, False),
    "prior_alcohol_sedative_wm": tuple(range(6)),
    "age": tuple(range(34, 131)),
    **{key: tuple(range(high + 1)) for key, high in COUNTS.items()},
}


@given(any_picture, st.sampled_from(sorted(SCALES)), st.data())
@settings(max_examples=600, deadline=None)
def test_more_risk_in_one_answer_never_lowers_the_outcome(picture, key, data):
    less, more = data.draw(ladders(SCALES[key]))
    assert level({**picture, key: less}) <= level({**picture, key: more})


@given(
    any_picture,
    st.sampled_from([("red_flags", RED_FLAGS, TRI_STATE), ("medical", CONDITIONS, ILLNESS)]),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_more_risk_in_a_group_never_lowers_the_outcome(picture, group, data):
    name, keys, scale = group
    key = data.draw(st.sampled_from(keys))
    less, more = data.draw(ladders(scale))
    rest = dict.fromkeys(keys, scale[0]) if picture[name] == "none" else picture[name] or {}
    assert level({**picture, name: {**rest, key: less}}) <= level({**picture, name: {**rest, key: more}})


@given(any_picture, st.sampled_from(VITAL_SIGNS), numbers(200), numbers(200), st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_vital_sign_further_from_normal_never_lowers_the_outcome(picture, sign, near, far, upward):
    near, far = sorted((near, far))
    rest = dict(NORMAL) if picture["vitals"] == "normal" else picture["vitals"] or {}
    ends = [NORMAL[sign] + (step if upward else -min(step, NORMAL[sign])) for step in (near, far)]
    less, more = ({**picture, "vitals": {**rest, sign: end}} for end in ends)
    assert level(less) <= level(more)


@given(any_picture, st.sampled_from(CODES), st.data())
@settings(max_examples=600, deadline=None)
def test_more_use_never_lowers_the_outcome(picture, code, data):
    entry = data.draw(entries)
    inside = 24 if data.draw(st.booleans()) else None
    entry = {**entry, "hours_since_last": inside}
    without = {key: value for key, value in (picture["substances"] or {}).items() if key != code}
    key, high = data.draw(st.sampled_from([("amount", 5000), ("days_per_week", 7), ("duration_months", 60)]))
    less, more = sorted((data.draw(numbers(high)), data.draw(numbers(high))))
    with_less, with_more = (
        {**picture, "substances": {**without, code: {**entry, key: value}}} for value in (less, more)
    )
    assert level({**picture, "substances": without}) <= level(with_less) <= level(with_more)


@given(any_picture, st.data())
@settings(max_examples=300, deadline=None)
def test_a_prescription_that_is_not_stable_never_lowers_the_outcome(picture, data):
    assume(picture["substances"])
    code = data.draw(st.sampled_from(sorted(picture["substances"])))
    stable, unstable = copy.deepcopy(picture), copy.deepcopy(picture)
    for changed, value in ((stable, True), (unstable, False)):
        changed["substances"][code] = {**(changed["substances"][code] or {}), "prescribed_stable": value}
    assert level(stable) <= level(unstable)


MEASURED = sorted(code for code, row in DETOX.substances.items() if row.uses_amount)


@given(any_picture, st.sampled_from(MEASURED), numbers(7), numbers(60))
@settings(max_examples=300, deadline=None)
def test_an_unknown_amount_lies_between_a_low_and_a_high_one(picture, code, days, months):
    def reported(amount):
        entry = {"amount": amount, "days_per_week": days, "duration_months": months, "hours_since_last": 24}
        return {**picture, "substances": {**(picture["substances"] or {}), code: entry}}

    assert level(reported(0)) <= level(reported(None)) <= level(reported(100_000))
    assert level(reported(None)) >= 1


@given(any_picture)
@settings(max_examples=200, deadline=None)
def test_null_and_absent_mean_the_same(picture):
    def without_nulls(value):
        if isinstance(value, dict):
            return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
        return value

    kept = {code: entry or {} for code, entry in (picture["substances"] or {}).items()}
    assert decide_detox(without_nulls({**picture, "substances": kept})) == decide_detox(picture)
