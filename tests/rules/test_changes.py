"""What would change a result: each prediction is what the rules say when the answer is changed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from programs.rules.changes import answer_changes, doses, reasons_for
from programs.rules.detox import DETOX, decide_detox, outcome_level
from programs.rules.inputs import answered, inputs_of, use_steps, without_substance
from programs.rules.io import read_detox
from tests.rules.cases import clear
from tests.rules.test_detox_properties import any_picture

NIGHTLY = {"amount": 5, "days_per_week": 7, "duration_months": 24, "hours_since_last": 14}
ALPRAZOLAM = {"amount": 10, "days_per_week": 7, "duration_months": 12, "hours_since_last": 14}
LITTLE = {"amount": 2, "days_per_week": 7, "duration_months": 6, "hours_since_last": 10}


def inside(draw, step):
    """Any value of a step."""
    if step.start is None:
        return step.value
    end = step.start + 100_000 if step.end is None else step.end
    value = draw(st.floats(step.start, end) | st.sampled_from([step.value, step.start, end]))
    return value if step.holds(value) else step.value


def whole_key(key):
    return not key.startswith(("substances.", "vitals.")) and key != "age"


@given(any_picture, st.data())
@settings(max_examples=250)
def test_a_predicted_change_is_the_actual_change(picture, data):
    read = read_detox(picture)
    for change in answer_changes(read):
        if change.step is None:
            changed = without_substance(read, change.key.removeprefix("substances."))
        else:
            value = inside(data.draw, change.step)
            changed = answered(read, change.key, int(value) if _counted(change, value) else value)
        again = decide_detox(changed)
        assert (again.outcome, again.level) == (change.outcome, change.level)
        assert change.level != outcome_level(read)
        assert change.higher == (change.level > outcome_level(read))


def _counted(change, value):
    return isinstance(value, float) and whole_key(change.key)


@given(any_picture, st.data())
@settings(max_examples=250)
def test_an_answer_without_an_entry_changes_nothing(picture, data):
    read = read_detox(picture)
    told = {(change.key, change.higher) for change in answer_changes(read)}
    one = data.draw(st.sampled_from(inputs_of(read, DETOX)))
    step = data.draw(st.sampled_from(one.steps))
    after, before = outcome_level(answered(read, one.key, step.value)), outcome_level(read)
    assert after == before or (one.key, after > before) in told or step is one.step


@given(
    st.sampled_from(sorted(DETOX.substances)),
    st.sampled_from(["amount", "days_per_week", "duration_months"]),
    st.data(),
)
@settings(max_examples=300)
def test_all_values_of_a_step_mean_the_same(code, field, data):
    step = data.draw(st.sampled_from(use_steps(DETOX.substances[code], field)))
    entry = {"amount": 50, "days_per_week": 7, "duration_months": 12, "hours_since_last": 5}
    level = [
        decide_detox(clear(substances={code: {**entry, field: value}})).rules
        for value in (step.value, inside(data.draw, step))
    ]
    assert level[0] == level[1]


@given(any_picture, st.data())
@settings(max_examples=150)
def test_no_dose_leads_outside_what_is_said_of_it(picture, data):
    read = read_detox(picture)
    for dose in doses(read):
        changed = read
        for field, high in (("amount", 5000), ("days_per_week", 7), ("duration_months", 60)):
            changed = answered(changed, f"substances.{dose.code}.{field}", data.draw(st.floats(0, high)))
        assert dose.low <= outcome_level(changed) <= dose.high


@given(any_picture)
@settings(max_examples=100)
def test_rules_that_are_open_can_fire_and_do_not(picture):
    reasons, fired = reasons_for(picture), set(decide_detox(picture).rules)
    assert set(reasons.certain) <= fired
    for rule in reasons.open_rules:
        assert rule.id not in fired
        assert rule.statement and rule.source


def test_less_kratom_is_less_and_the_range_is_told():
    heavy = clear(substances={"kratom_leaf": {**NIGHTLY, "amount": 30}}, cows=2)
    assert decide_detox(heavy).outcome == "needs_monitored_or_ambulatory_wm"
    told = {(c.key, c.higher): c for c in answer_changes(read_detox(heavy))}
    less = told["substances.kratom_leaf.amount", False]
    assert (less.step.start, less.step.end) == (5, 20)
    assert less.outcome == "clinician_must_review"


def test_nightly_alcohol_and_alprazolam_decide_whatever_the_kratom_dose():
    """D12: the dose of kratom alters nothing; the alcohol and the benzodiazepine do."""
    person = clear(
        substances={"kratom_leaf": LITTLE, "alcohol": NIGHTLY, "benzodiazepine": ALPRAZOLAM}, cows=2, ciwa=4
    )
    decision = decide_detox(person)
    assert decision.outcome == "needs_medically_managed_inpatient"
    assert "I-09" in decision.rules
    assert not {"M-01", "R-02"} & set(decision.rules)
    assert "dont_stop_abruptly" in decision.messages
    told = {dose.code: dose for dose in doses(read_detox(person))}
    assert (told["kratom_leaf"].low, told["kratom_leaf"].high) == (decision.level, decision.level)
    assert told["benzodiazepine"].low < decision.level
    changed = {change.key for change in answer_changes(read_detox(person)) if not change.higher}
    assert not any(key.startswith("substances.kratom_leaf") for key in changed)
    assert {"substances.alcohol", "substances.benzodiazepine"} <= changed


def test_a_rule_without_data_says_which_answer_it_waits_for():
    picture = answered(clear(substances={"alcohol": NIGHTLY}, ciwa=0), "prior_complicated_withdrawal", None)
    waiting = {rule.id: rule for rule in reasons_for(picture).open_rules}
    assert waiting["I-01"].unknown == ("prior_complicated_withdrawal",)
    assert waiting["I-05"].unknown == ("pawss", "prior_alcohol_sedative_wm")
