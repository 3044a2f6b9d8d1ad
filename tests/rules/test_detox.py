import copy
import json

import pytest

from programs.rules.detox import DETOX, decide_detox, detox_counterfactuals
from programs.rules.terms import CONDITIONS, RED_FLAGS, VITAL_SIGNS
from tests.rules.cases import CLEAR, STARTS, clear

DAILY = {"days_per_week": 7, "duration_months": 12, "hours_since_last": 20}


def use(**codes):
    """Return substances used daily for a year, with these amounts."""
    return {code: {**DAILY, "amount": amount} for code, amount in codes.items()}


def stable(substances):
    return {code: {**entry, "prescribed_stable": True} for code, entry in substances.items()}


def occasional(code):
    return {code: {"amount": 3, "days_per_week": 1, "duration_months": 12, "hours_since_last": 20}}


# One case for each rule: what is added to the cleared adult so that it fires.
FIRES = {
    "E-01": {"red_flags": {"unresponsive_or_overdose": "yes"}},
    "E-02": {"red_flags": {"breathing_trouble": "yes"}},
    "E-03": {"red_flags": {"seizure_24h": "yes"}},
    "E-04": {"red_flags": {"chest_pain_or_fainting": "yes"}},
    "E-05": {"suicidality": "active_now"},
    "E-06": {"red_flags": {"confusion_or_hallucination": "yes"}},
    "E-07": {"red_flags": {"persistent_vomiting_or_severe_abdominal_pain": "yes"}},
    "E-08": {"red_flags": {"violent_or_psychotic": "yes"}},
    "E-09": {"red_flags": {"severe_panic": "yes"}},
    "E-10": {"red_flags": {"pregnancy_alarm": "yes"}},
    "E-11": {"red_flags": {"head_injury_or_stroke_signs": "yes"}},
    "E-12": {"vitals": {"temp_c": 40}},
    "E-13": {"red_flags": {"naloxone_24h_not_evaluated": "yes"}},
    "E-14": {"red_flags": {"deliberate_or_unknown_ingestion": "yes"}},
    "E-15": {"cows": 37},
    "E-16": {"ciwa_orientation": 2},
    "I-01": {"prior_complicated_withdrawal": "yes", "substances": occasional("alcohol")},
    "I-02": {"ciwa": 19},
    "I-03": {"cows": 25},
    "I-04": {"substances": use(alcohol=15)},
    "I-05": {"substances": use(alcohol=3), "pawss": 4},
    "I-06": {"substances": use(barbiturate=1)},
    "I-07": {"substances": use(ghb_gaba_b=1)},
    "I-08": {"substances": use(benzodiazepine=30)},
    "I-09": {"substances": use(benzodiazepine=1, alcohol=1)},
    "I-10": {"substances": use(benzodiazepine=1, heroin=1)},
    "I-11": {"substances": use(kratom_leaf=6), "pregnant": "yes"},
    "I-12": {"substances": use(gabapentinoid=1), "medical": {"respiratory": "unstable"}},
    "I-13": {"substances": use(tramadol=50), "medical": {"seizure_disorder": "stable"}},
    "I-14": {"substances": use(fentanyl=1), "suspected_medetomidine_xylazine": "yes"},
    "I-15": {"vitals": {"spo2": 92}},
    "I-16": {"jaundice_or_dark_urine": "yes"},
    "M-01": {"substances": use(kratom_leaf=20)},
    "M-02": {"substances": use(kratom_extract=None)},
    "M-03": {"substances": use(seven_oh=0)},
    "M-04": {"substances": use(buprenorphine=8)},
    "M-05": {"cows": 13},
    "M-06": {"ciwa": 10},
    "M-07": {"substances": use(alcohol=8)},
    "M-08": {"substances": stable(use(z_drug=30))},
    "M-09": {"substances": use(gabapentinoid=3600)},
    "M-10": {"substances": use(gabapentinoid=1, kratom_leaf=6)},
    "M-11": {"substances": use(kratom_leaf=6), "prior_severe_opioid_kratom_withdrawal": "yes"},
    "M-12": {"substances": use(kratom_leaf=6), "medical": {"cardiac": "stable"}},
    "M-13": {"substances": occasional("stimulant"), "pregnant": "yes"},
    "M-14": {"substances": use(gabapentinoid=1), "suicidality": "moderate"},
    "R-01": {"major_interaction": "unknown"},
    "R-02": {"substances": use(kratom_leaf=5)},
    "R-03": {"substances": occasional("kratom_extract")},
    "R-04": {"substances": occasional("seven_oh")},
    "R-05": {"substances": stable(use(methadone=60))},
    "R-06": {"substances": occasional("alcohol")},
    "R-07": {"substances": occasional("z_drug")},
    "R-08": {"substances": occasional("gabapentinoid")},
    "R-09": {"substances": occasional("stimulant")},
    "R-10": {"substances": use(cannabis=1)},
    "R-11": {"substances": {"a word nobody listed": None}},
    "R-12": {"cows": 5},
    "R-13": {"ciwa": 1},
    "R-14": {"substances": occasional("kratom_leaf")},
    "R-15": {"substances": occasional("alcohol")},
    "R-16": {"prior_complicated_withdrawal": "yes"},
    "R-17": {"pregnant": "yes"},
    "R-18": {"medical": {"renal_or_other": "stable"}},
    "R-19": {"suicidality": "low"},
    "R-20": {"age": 17.5},
    "R-21": {"vitals": {"rr": 21}},
    "R-22": {"substances": occasional("kratom_leaf") | occasional("stimulant")},
    "R-23": {"major_interaction": "yes"},
    "R-24": {"substances": {"kratom_leaf": {**DAILY, "amount": 1, "hours_since_last": None}}},
    "R-25": {"unexpected_drug_screen": "yes"},
    "R-26": {"suspected_medetomidine_xylazine": "yes"},
    "N-01": {},
}


def test_there_is_a_case_for_every_rule():
    assert list(FIRES) == [rule.id for rule in [*DETOX.rules, DETOX.otherwise]]


@pytest.mark.parametrize("rule", [*DETOX.rules, DETOX.otherwise], ids=lambda rule: rule.id)
def test_every_rule_fires_and_decides_at_least_its_outcome(rule):
    decision = decide_detox(clear(**FIRES[rule.id]))
    assert rule.id in decision.rules
    assert decision.level >= rule.level
    fired = next(fired for fired in decision.fired if fired.id == rule.id)
    assert (fired.statement, fired.source, fired.outcome) == (rule.statement, rule.source, rule.outcome)
    assert set(rule.messages) <= set(decision.messages)


# Just short of each threshold: the rule named doesn't fire.
@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("E-15", {"cows": 36}),
        ("E-16", {"ciwa_perceptual_max": 3, "ciwa_orientation": 1, "ciwa": 34}),
        ("E-12", {"vitals": {"hr": 150, "sbp": 219, "dbp": 129, "rr": 30, "spo2": 90, "temp_c": 39.9}}),
        ("E-12", {"vitals": {"hr": 40, "sbp": 80, "rr": 8, "temp_c": 34}}),
        ("I-15", {"vitals": {"hr": 120, "sbp": 179, "dbp": 119, "rr": 24, "spo2": 93, "temp_c": 38.4}}),
        ("I-15", {"vitals": {"hr": 40, "sbp": 90, "rr": 10, "temp_c": 35}}),
        ("R-21", {"vitals": {"hr": 100, "sbp": 159, "dbp": 99, "rr": 20, "spo2": 95, "temp_c": 37.7}}),
        ("R-21", {"vitals": {"hr": 50, "sbp": 100, "rr": 12, "temp_c": 35}}),
        ("I-04", {"substances": use(alcohol=14.9)}),
        ("I-08", {"substances": stable(use(benzodiazepine=100))}),
        ("M-01", {"substances": use(kratom_leaf=19.9)}),
        ("M-02", {"substances": use(kratom_extract=399)}),
        ("R-02", {"substances": use(kratom_leaf=4.9)}),
        ("R-06", {"substances": {"alcohol": {**DAILY, "amount": 2, "days_per_week": 1}}}),
        ("R-10", {"substances": {"cannabis": {**DAILY, "days_per_week": 3.9}}}),
        ("R-11", {"substances": {"nicotine": None, "caffeine": {"amount": 9}}}),
        ("R-20", {"age": 18}),
        ("R-20", {"age": 64.9}),
        ("R-24", {"substances": {"heroin": {**DAILY, "amount": None}}}),
        ("R-14", {"substances": {"kratom_leaf": {**DAILY, "amount": 50, "hours_since_last": 240.1}}}),
    ],
)
def test_no_rule_fires_short_of_its_threshold(rule, changes):
    assert rule not in decide_detox(clear(**changes)).rules


def test_the_window_edge_is_inside_and_an_unknown_last_use_too():
    inside = {"kratom_leaf": {**DAILY, "amount": 50, "hours_since_last": 240}}
    assert "M-01" in decide_detox(clear(substances=inside)).rules
    inside["kratom_leaf"]["hours_since_last"] = None
    assert "M-01" in decide_detox(clear(substances=inside)).rules


def test_codes_are_case_sensitive():
    decision = decide_detox(clear(substances={"Nicotine": None}))
    assert "R-11" in decision.rules


def test_no_input_at_all_is_one_rule_and_review():
    decision = decide_detox({})
    assert decision.as_output() == {
        "outcome": "clinician_must_review",
        "level": 1,
        "rules": ["R-01"],
        "messages": [],
    }
    assert len(decision.missing) == 1 + len(RED_FLAGS) + len(CONDITIONS) + 7 + len(VITAL_SIGNS) + 1
    assert decision.fired[0].inputs == decision.missing


REQUIRED = [
    *("age", "pregnant", "prior_complicated_withdrawal", "prior_severe_opioid_kratom_withdrawal"),
    *("jaundice_or_dark_urine", "unexpected_drug_screen", "major_interaction", "suicidality"),
    "substance_list_complete",
    *(f"red_flags.{key}" for key in RED_FLAGS),
    *(f"medical.{key}" for key in CONDITIONS),
    *(f"vitals.{key}" for key in VITAL_SIGNS),
]


@pytest.mark.parametrize("key", REQUIRED)
def test_without_any_one_required_answer_a_cleared_case_goes_to_review(key):
    picture = copy.deepcopy({**CLEAR, **STARTS})
    assert decide_detox(picture).rules == ("N-01",)
    group, _, inner = key.partition(".")
    if inner:
        del picture[group][inner]
    else:
        picture[group] = None
    decision = decide_detox(picture)
    assert decision.rules == ("R-01",)
    assert decision.missing == (key,)


@pytest.mark.parametrize(
    "key", ["suspected_medetomidine_xylazine", "safe_home_support", "cows", "ciwa", "pawss"]
)
def test_the_other_answers_are_not_required(key):
    assert decide_detox({**CLEAR, key: None}).rules == ("N-01",)


@pytest.mark.parametrize(
    ("changes", "rule", "inputs"),
    [
        ({"suicidality": "high"}, "E-05", ("suicidality",)),
        ({"red_flags": {"severe_panic": "yes"}}, "E-09", ("red_flags.severe_panic",)),
        ({"vitals": {"hr": 160, "sbp": 170}}, "E-12", ("vitals.hr",)),
        ({"substances": use(kratom_leaf=25)}, "M-01", ("substances.kratom_leaf",)),
        (
            {"substances": use(benzodiazepine=5, z_drug=5)},
            "R-07",
            ("substances.benzodiazepine", "substances.z_drug"),
        ),
        ({"substances": use(kratom_leaf=6)}, "R-14", ("cows", "substances.kratom_leaf")),
        ({"medical": {"liver": "stable", "cardiac": "none"}}, "R-18", ("medical.liver",)),
        (
            {"substances": use(alcohol=5), "age": 70},
            "I-05",
            ("substances.alcohol", "pawss", "age", "prior_alcohol_sedative_wm", "medical"),
        ),
        (
            {"substances": use(alcohol=9, heroin=1), "cows": 3, "ciwa": 3},
            "I-10",
            ("substances.alcohol", "substances.heroin"),
        ),
        (
            {"substances": use(gabapentinoid=1), "suicidality": "moderate"},
            "M-14",
            ("suicidality", "substances.gabapentinoid"),
        ),
    ],
)
def test_a_fired_rule_names_the_answers_it_read(changes, rule, inputs):
    fired = {fired.id: fired for fired in decide_detox(clear(**changes)).fired}
    assert fired[rule].inputs == inputs


def test_counterfactuals_say_what_each_rule_changes():
    picture = clear(substances=use(kratom_leaf=25), cows=6)
    assert decide_detox(picture).rules == ("M-01", "R-02", "R-12")
    found = {what.rule: (what.outcome, what.setting, what.changes) for what in detox_counterfactuals(picture)}
    assert found == {
        "M-01": ("clinician_must_review", None, True),
        "R-02": ("needs_monitored_or_ambulatory_wm", "ambulatory_possible", False),
        "R-12": ("needs_monitored_or_ambulatory_wm", "ambulatory_possible", False),
    }


def test_a_counterfactual_never_leads_past_a_missing_answer():
    (only,) = detox_counterfactuals({})
    assert (only.rule, only.outcome, only.changes) == ("R-01", "clinician_must_review", False)
    (only,) = detox_counterfactuals(clear(cows=5))
    assert (only.rule, only.outcome, only.changes) == ("R-12", "no_detox_needed", True)
    assert detox_counterfactuals(CLEAR) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"safe_home_support": "no"},
        {"safe_home_support": "unknown"},
        {"safe_home_support": None},
        {"cows": 13},
        {"prior_complicated_withdrawal": "yes"},
        {"prior_severe_opioid_kratom_withdrawal": "yes"},
        {"medical": {"respiratory": "stable"}},
        {"substances": use(kratom_leaf=40)},
        {"substances": use(kratom_leaf=20, gabapentinoid=1)},
    ],
)
def test_each_risk_asks_for_a_monitored_setting(changes):
    base = clear(substances=use(kratom_leaf=20), cows=6)
    assert decide_detox(base).setting == "ambulatory_possible"
    decision = decide_detox(
        {**base, **{key: value for key, value in clear(**changes).items() if key in changes}}
    )
    assert decision.outcome == "needs_monitored_or_ambulatory_wm"
    assert decision.setting == "24h_monitored"
    assert decision.as_output()["setting"] == "24h_monitored"


def test_a_decision_leaves_its_input_as_it_was_and_repeats_itself():
    picture = clear(substances=use(kratom_leaf=25.0) | {"x": None}, cows=6.0)
    before = json.dumps(picture)
    first = decide_detox(picture)
    assert json.dumps(picture) == before
    assert decide_detox(picture) == first
    assert decide_detox(json.loads(before)).as_output() == first.as_output()
