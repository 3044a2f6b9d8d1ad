"""Uses that other answers tell of: they only ever add, and what is not known is never none."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules.facts import Facts, ToldUse, UseRow
from intake.rules.picture import build_picture
from intake.rules.uses import uses
from programs.rules.detox import decide_detox
from programs.rules.io import read_detox
from tests.factories.episodes import said
from tests.intake.rules.test_picture import NOW, ZONE, any_facts, clear_facts, kratom, picture

ORDER = (
    "no_detox_needed",
    "clinician_must_review",
    "needs_monitored_or_ambulatory_wm",
    "needs_medically_managed_inpatient",
    "emergency_now",
)
LEAF = {"amount": 32, "days_per_week": 7, "duration_months": 14, "hours_since_last": 0}
WITHOUT_AMOUNT = {name: value for name, value in LEAF.items() if name != "amount"}


def level(facts):
    """How high the outcome of the detox rules is."""
    decision = decide_detox(read_detox(build_picture(facts, now=NOW, zone=ZONE)))
    return ORDER.index(decision.outcome), decision.setting == "24h_monitored"


def substances(*rows, sections=None):
    return picture(rows=list(rows), sections=sections or {}).get("substances", {})


@pytest.mark.parametrize(
    ("form", "enhanced", "beside"),
    [
        ("powder", None, None),
        ("capsule", "no", None),
        ("leaf_tea", "no", None),
        ("other", "no", None),
        ("powder", "yes", "kratom_extract"),
        ("extract", None, "kratom_extract"),
        ("resin", "no", "kratom_extract"),
        ("enhanced", None, "kratom_extract"),
        ("powder", "seven_oh", "seven_oh"),
        ("seven_oh", None, "seven_oh"),
        ("blend", "no", "other"),
        ("other", None, "other"),
        (None, None, "other"),
    ],
)
def test_a_stronger_product_stands_beside_the_leaf_without_grams(form, enhanced, beside):
    found = substances(kratom(product_form=form, enhanced=enhanced))
    assert found == {"kratom_leaf": LEAF} | ({beside: WITHOUT_AMOUNT} if beside else {})


@pytest.mark.parametrize("why", ["unknown", "declined"])
def test_not_knowing_whether_it_is_enhanced_is_not_a_no(why):
    row = kratom(amount=1, times_a_day=1)
    asked = replace(row, answers={**row.answers, "enhanced": {"missing": why}})
    assert set(substances(asked)) == {"kratom_leaf", "other"}


def test_grams_of_an_extract_are_not_counted():
    assert substances(kratom(substance="kratom_extract", product_form="extract", amount=1)) == {
        "kratom_extract": WITHOUT_AMOUNT
    }


def test_an_extract_with_seven_oh_is_both():
    found = substances(kratom(substance="kratom_extract", enhanced="seven_oh", product_form="extract"))
    assert set(found) == {"kratom_extract", "seven_oh"}


@pytest.mark.parametrize(
    ("ticked", "found"),
    [
        (["none"], {"kratom_leaf": LEAF}),
        (["alcohol"], {"kratom_leaf": LEAF, "alcohol": {}}),
        (["kratom_leaf"], {"kratom_leaf": LEAF}),
        (["seven_oh", "stimulant"], {"kratom_leaf": LEAF, "seven_oh": {}, "stimulant": {}}),
    ],
)
def test_what_was_ticked_by_name_counts_without_a_row(ticked, found):
    assert substances(kratom(), sections={"substances": said(asked_by_name=ticked)}) == found


def test_no_answer_to_the_names_leaves_the_list_open():
    told = said(substance_list_complete="yes")
    asked = told | {"asked_by_name": {"missing": "declined"}}
    assert picture(sections={"substances": told})["substance_list_complete"] is True
    assert "substance_list_complete" not in picture(sections={"substances": asked})


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({"mat_current": "no"}, {}),
        ({"mat_current": "yes"}, {"other": {}}),
        ({"mat_current": "yes", "mat_drug": "naltrexone"}, {}),
        ({"mat_current": "yes", "mat_drug": "methadone"}, {"methadone": {}}),
        (
            {"mat_current": "yes", "mat_drug": "buprenorphine_naloxone", "mat_goes_on": "no"},
            {"buprenorphine": {}},
        ),
        (
            {"mat_current": "yes", "mat_drug": "methadone", "mat_goes_on": "yes"},
            {"methadone": {"prescribed_stable": True}},
        ),
    ],
)
def test_medicine_for_opioid_use_disorder_is_a_use(answers, found):
    assert substances(sections={"health": said(**answers)}) == found


def test_a_row_about_the_medicine_stands_for_it():
    row = UseRow(said(substance="methadone", amount=60, unit="mg", times_a_day=1), NOW)
    answers = said(mat_current="yes", mat_drug="methadone", mat_goes_on="yes")
    assert substances(row, sections={"health": answers})["methadone"]["amount"] == 60


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (["hallucinations"], "yes"),
        (["confusion", "drowsy"], "yes"),
        (["delusions"], "yes"),
        (["drowsy"], None),
        (["none"], None),
    ],
)
def test_a_state_seen_now_is_the_emergency_sign(seen, expected):
    found = picture(sections={"mental": said(mental_state_now=seen)}).get("red_flags", {})
    assert found.get("confusion_or_hallucination") == expected


def test_a_state_after_a_high_dose_long_ago_is_none():
    assert picture(sections={"mental": said(mental_state_high_dose=["hallucinations"])}) == {}


# A use that was reported beside the answers.

TODAY = NOW - timedelta(hours=2)


def row_of(code, days=40):
    return UseRow(said(substance=code, last_use="over_a_week"), NOW - timedelta(days=days), code)


def hours(rows, *words):
    told = [ToldUse(word, TODAY) for word in words]
    found = picture(rows=rows, told=told).get("substances", {})
    return {code: entry.get("hours_since_last") for code, entry in found.items()}


@pytest.mark.parametrize("words", ["heroin", " Heroin ", "HEROIN"])
def test_a_report_moves_the_last_use_of_what_it_names(words):
    found = hours([row_of("heroin"), row_of("alcohol")], words)
    assert found == {"heroin": 2, "alcohol": 960}


def test_a_report_of_kratom_is_about_every_kratom():
    found = hours([row_of("seven_oh"), row_of("alcohol")], "kratom")
    assert found == {"seven_oh": 2, "alcohol": 960}


@pytest.mark.parametrize("words", ["smack", "heroin and wine", "Something else", "other"])
def test_a_report_that_may_be_anything_is_about_every_row_and_something_else(words):
    assert hours([row_of("heroin"), row_of("alcohol")], words) == {"heroin": 2, "alcohol": 2, "other": 2}


def test_a_report_of_what_has_no_row_is_a_use():
    assert hours([row_of("alcohol")], "heroin") == {"alcohol": 960, "heroin": 2}
    assert hours([], "smack") == {"other": 2}


def test_something_else_may_be_what_was_reported():
    assert hours([row_of("other")], "heroin") == {"other": 2, "heroin": 2}


def test_an_earlier_report_moves_nothing_back():
    assert hours([row_of("heroin", days=0)], "heroin") == {"heroin": 0}


def test_a_time_that_is_not_known_stays_unknown():
    row = UseRow(said(substance="heroin"), NOW)
    assert hours([row], "heroin") == {"heroin": None}


def test_heroin_today_is_no_reason_for_no_detox():
    weeks_ago = clear_facts([row_of("heroin")])
    assert level(weeks_ago)[0] == 0
    assert level(replace(weeks_ago, told=[ToldUse("heroin", TODAY)]))[0] > 0


reports = st.builds(
    ToldUse,
    st.sampled_from(["heroin", "kratom", "Alcohol", "7-OH", "methadone", "smack"]),
    st.sampled_from([TODAY, NOW - timedelta(days=9), NOW - timedelta(days=60)]),
)


@settings(max_examples=100, deadline=None)
@given(any_facts, st.lists(reports, max_size=2), reports)
def test_a_report_never_lowers_the_outcome(facts, before, report):
    told = replace(facts, told=before)
    assert level(replace(told, told=[*before, report])) >= level(told)


# Adding to the answers never lowers the outcome.

risks = st.sampled_from(
    [
        ("substances", "asked_by_name", ["alcohol", "benzodiazepine"]),
        ("substances", "asked_by_name", ["fentanyl"]),
        ("health", "mat_current", "yes"),
        ("health", "jaundice_or_dark_urine", "yes"),
        ("health", "pregnant", "yes"),
        ("mental", "mental_state_now", ["confusion"]),
        ("mental", "suicidality", "high"),
        ("withdrawal", "prior_complicated_withdrawal", "yes"),
        ("withdrawal", "prior_severe_opioid_kratom_withdrawal", "yes"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(any_facts, risks)
def test_more_risk_never_lowers_the_outcome(facts, risk):
    section, name, value = risk
    before = dict(facts.sections[section])
    if name == "asked_by_name":
        value = sorted({*value, *(before.get(name, {}).get("value") or ())} - {"none"})
    more = {**facts.sections, section: {**before, name: {"value": value}}}
    assert level(replace(facts, sections=more)) >= level(facts)


@settings(max_examples=60, deadline=None)
@given(any_facts, st.sampled_from(["yes", "seven_oh"]), st.data())
def test_enhanced_never_lowers_the_outcome(facts, enhanced, data):
    rows = [*facts.rows, kratom(amount=data.draw(st.integers(0, 60)), times_a_day=1)]
    number = data.draw(st.integers(0, len(rows) - 1))
    before = {name: answer for name, answer in rows[number].answers.items() if name != "enhanced"}
    plain, flagged = (
        [*rows[:number], replace(rows[number], answers=answers), *rows[number + 1 :]]
        for answers in ({**before, **said(enhanced="no")}, {**before, **said(enhanced=enhanced)})
    )
    assert level(replace(facts, rows=flagged)) >= level(replace(facts, rows=plain))


@settings(max_examples=60, deadline=None)
@given(any_facts, st.sampled_from(["kratom_leaf", "kratom_extract", "seven_oh", "alcohol", "fentanyl"]))
def test_another_row_never_lowers_the_outcome(facts, code):
    row = UseRow(said(substance=code, last_use="today"), NOW, "new")
    assert level(replace(facts, rows=[*facts.rows, row])) >= level(facts)


@settings(max_examples=40, deadline=None)
@given(any_facts)
def test_every_row_with_an_answer_is_used(facts):
    assert len([use for use in uses(facts) if not use.told_by]) == sum(
        bool(row.answers) for row in facts.rows
    )


def test_a_person_without_use_stays_without():
    assert uses(Facts()) == ()
