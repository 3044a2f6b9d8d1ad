import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.rules.instruments import INSTRUMENTS, score

ADDED_UP = [one for one in INSTRUMENTS.values() if one.method in ("sum", "max") and one.id != "assist"]


def lowest(instrument):
    """Return an answer with the least weight for every item."""
    found = {}
    for item in instrument.items.values():
        values = [option["value"] for option in item.options or ()] or [item.smallest, item.largest]
        found[item.id] = min(values, key=item.weight)
    if any(item.derive for item in instrument.items.values()):
        found["pulse_bpm"] = 60
    return found


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda one: one.id)
def test_wording_is_there_only_where_it_may_be_shown(instrument):
    if not instrument.wording_included:
        assert all(item.text is None for item in instrument.items.values())
    assert instrument.licence["status"]
    assert all(item.label for item in instrument.items.values())


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda one: one.id)
def test_notes_are_for_clinicians(instrument):
    assert not re.search(r"word-check|release|not yet|do not copy|misprint|LOC factor", instrument.notes)


@pytest.mark.parametrize("instrument", ADDED_UP, ids=lambda one: one.id)
def test_bands_meet_without_gap_and_cover_the_range(instrument):
    bands, scoring = instrument.scoring["bands"], instrument.scoring
    assert bands[0]["min"] == scoring["min"]
    assert bands[-1]["max"] == scoring["max"]
    for before, after in itertools.pairwise(bands):
        assert after["min"] == before["max"] + 1
    counted = [item for item in instrument.items.values() if item.scored]
    combine = sum if instrument.method == "sum" else max
    assert combine(item.bounds()[0] for item in counted) == scoring["min"]
    assert combine(item.bounds()[1] for item in counted) == scoring["max"]


@st.composite
def sheets(draw):
    """An instrument and a filled-in sheet with some answers left out."""
    instrument = draw(st.sampled_from(ADDED_UP))
    whole = {}
    for item in instrument.items.values():
        if item.derive:
            continue
        values = [option["value"] for option in item.options or ()] or [item.smallest, 3, item.largest]
        whole[item.id] = draw(st.sampled_from(values))
    if instrument.id == "cows":
        whole["pulse_bpm"] = draw(st.integers(40, 180))
    kept = draw(st.sets(st.sampled_from(sorted(whole))))
    return instrument, whole, {key: value for key, value in whole.items() if key in kept}


@given(sheets(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_the_bounds_hold_whatever_the_missing_answers_turn_out_to_be(sheet, prorate):
    instrument, whole, partly = sheet
    full, part = score(instrument.id, whole), score(instrument.id, partly, prorate=prorate)
    assert full.status == "complete"
    assert instrument.scoring["min"] <= full.total <= instrument.scoring["max"]
    assert full.band is not None
    assert list(part.flags) == sorted(set(part.flags))
    if part.status == "incomplete":
        lower, upper, band = part.bounds
        assert part.total is part.band is None
        assert lower <= upper
        assert band is not None
        # A skipped item counts 0 and a contradiction may raise the whole above what the part could know.
        if not instrument.skip_rules and not instrument.scoring.get("exclude_when"):
            assert lower <= full.total <= upper


PHQ9 = {f"phq9_{n}": 1 for n in range(1, 10)}
COWS = {f"cows_{n}": 0 for n in range(2, 12)}
CSSRS = {"c1": 0, "c2": 0, "c6": 0}
ASQ = {"a1": 0, "a2": 0, "a3": 0, "a4": 0}


def without(answers, *keys):
    return {key: value for key, value in answers.items() if key not in keys}


# instrument, answers, options, what the output holds among other things
CASES = [
    ("phq9", without(PHQ9, "phq9_1"), {"prorate": True}, {"status": "prorated", "total": 9, "band": "mild"}),
    (
        "phq9",
        without(PHQ9, "phq9_1", "phq9_2", "phq9_3"),
        {"prorate": True},
        {"status": "incomplete", "lower": 6, "upper": 15},
    ),
    ("phq9", without(PHQ9, "phq9_1"), {}, {"status": "incomplete", "total": None, "lower": 8, "upper": 11}),
    # 5 x 9 / 8 = 5.625 rounds to 6; 4 x 9 / 8 = 4.5 rounds half up to 5
    (
        "phq9",
        {**dict.fromkeys(PHQ9, 0), "phq9_1": 3, "phq9_2": 2, "phq9_9": None},
        {"prorate": True},
        {"total": 6},
    ),
    (
        "phq9",
        {**dict.fromkeys(PHQ9, 0), "phq9_1": 3, "phq9_2": 1, "phq9_9": None},
        {"prorate": True},
        {"total": 5, "flags": ["SUICIDE_ITEM_UNANSWERED"]},
    ),
    ("gad7", {"gad7_1": 3}, {}, {"band_at_least": "minimal", "lower": 3, "upper": 21, "flags": []}),
    (
        "gad7",
        {f"gad7_{n}": 3 for n in range(1, 5)},
        {},
        {"flags": ["ANXIETY_POSITIVE"], "band_at_least": "moderate"},
    ),
    ("phq9", {**PHQ9, "phq9_9": 1.0}, {}, {"total": 9, "flags": ["SUICIDE_FOLLOWUP"]}),
    ("phq9", {**PHQ9, "phq9_9": 1.5}, {}, {"status": "invalid", "errors": ["bad_value:phq9_9"], "flags": []}),
    (
        "phq9",
        {**PHQ9, "zz": None, "aa": 1},
        {},
        {"status": "invalid", "errors": ["unknown_item:aa", "unknown_item:zz"]},
    ),
    ("phq9", {**PHQ9, "pulse_bpm": 70}, {}, {"status": "complete"}),
    ("cows", {**COWS, "pulse_bpm": 80.5}, {}, {"status": "complete", "total": 1}),
    ("cows", {**COWS, "pulse_bpm": 121}, {}, {"total": 4}),
    ("cows", {**COWS, "pulse_bpm": 120, "cows_1": 2}, {}, {"total": 2}),
    (
        "cows",
        {**COWS, "pulse_bpm": 120, "cows_1": 4},
        {},
        {"status": "invalid", "errors": ["pulse_mismatch"]},
    ),
    (
        "cows",
        {**COWS, "cows_1": 3},
        {},
        {"status": "incomplete", "flags": ["PULSE_REQUIRED"], "lower": 0, "upper": 4},
    ),
    (
        "cows",
        {**COWS, "pulse_bpm": 70, "cows_3": 2},
        {},
        {"status": "invalid", "errors": ["bad_value:cows_3"]},
    ),
    ("audit", {"audit_1": 0, "audit_9": 0, "audit_10": 0}, {}, {"status": "complete", "total": 0}),
    (
        "audit",
        {"audit_1": 0, "audit_6": 2, "audit_9": 0, "audit_10": 0},
        {},
        {"total": 2, "flags": ["INCONSISTENT_SKIP", "MORNING_DRINKING"]},
    ),
    (
        "audit",
        {"audit_1": 1, "audit_2": 0, "audit_3": 0, "audit_9": 0, "audit_10": 4},
        {},
        {"status": "complete", "total": 5},
    ),
    (
        "audit_c",
        {"auditc_1": 3, "auditc_2": 0, "auditc_3": 0},
        {"sex": "female"},
        {"flags": ["ALCOHOL_POSITIVE", "CHECK_Q1_ONLY"]},
    ),
    ("audit_c", {"auditc_1": 3, "auditc_2": 0, "auditc_3": 0}, {"sex": "male"}, {"flags": ["CHECK_Q1_ONLY"]}),
    (
        "audit_c",
        {"auditc_1": 3, "auditc_2": 0, "auditc_3": 0},
        {"sex": "unknown"},
        {"flags": ["ALCOHOL_POSITIVE", "CHECK_Q1_ONLY"]},
    ),
    ("dast10", {f"dast_{n}": 0 for n in range(1, 11)}, {}, {"total": 1, "band": "low"}),
    ("dast10", {"dast_3": 1}, {}, {"lower": 0, "upper": 9}),
    ("dast10", {"dast_3": None}, {}, {"lower": 0, "upper": 10}),
    ("pc_ptsd5", {"ptsd_gate": 0}, {}, {"status": "complete", "total": 0}),
    (
        "pc_ptsd5",
        {f"ptsd_{n}": 1 for n in range(1, 6)},
        {},
        {"status": "incomplete", "lower": 5, "upper": 5, "flags": ["PTSD_POSITIVE"]},
    ),
    (
        "sud_criteria",
        {**{f"sud_{n}": 1 for n in range(1, 12)}, "prescribed_supervised": 1},
        {},
        {"total": 9, "flags": ["PHYSIOLOGICAL", "SUD_PRESENT"]},
    ),
    (
        "sud_criteria",
        {**{f"sud_{n}": 0 for n in range(1, 10)}, "prescribed_supervised": 1},
        {},
        {"status": "complete", "total": 0},
    ),
    ("sasq_drug", {"sasq_d": 366}, {}, {"total": 366, "band": "positive"}),
    ("sasq_drug", {"sasq_d": 367}, {}, {"status": "invalid"}),
    ("sasq_drug", {"sasq_d": -1}, {}, {"status": "invalid", "errors": ["bad_value:sasq_d"]}),
    ("sasq_drug", {"sasq_d": 1.5}, {}, {"status": "invalid"}),
    (
        "taps1",
        {"taps_tobacco": 1, "taps_alcohol": 4, "taps_drugs": 0, "taps_rx": 0, "local_kratom": 2},
        {},
        {"total": 4, "flags": ["KRATOM_POSITIVE", "TAPS_POSITIVE"]},
    ),
    (
        "taps1",
        {"local_kratom": 2},
        {},
        {"status": "incomplete", "lower": 0, "upper": 4, "flags": ["KRATOM_POSITIVE"]},
    ),
    (
        "assist",
        {"q2": -3, "q3": 2.5},
        {},
        {"status": "incomplete", "lower": -0.5, "upper": -0.5, "band_at_least": None},
    ),
    (
        "assist",
        {f"q{n}": 1e308 for n in range(2, 8)},
        {},
        {"status": "complete", "total": 6 * int(1e308), "band": None},
    ),
    ("assist", {"q2": 1e308, "q3": 0.5}, {}, {"status": "incomplete", "lower": int(1e308)}),
    (
        "pawss",
        {"total": 3.5, "other": 4},
        {},
        {"status": "complete", "total": 3.5, "band": None, "flags": []},
    ),
    ("pawss", {"total": 99}, {}, {"status": "complete", "total": 99, "flags": ["PAWSS_HIGH"]}),
    ("pawss", {}, {}, {"status": "incomplete", "total": None, "flags": []}),
    ("cssrs_screener", CSSRS, {}, {"status": "complete", "band": "none", "flags": []}),
    (
        "cssrs_screener",
        {**CSSRS, "c1": 1},
        {},
        {"status": "complete", "band": "low", "flags": ["SUICIDE_LOW"]},
    ),
    ("cssrs_screener", {**CSSRS, "c2": 1}, {}, {"status": "incomplete", "band": "moderate"}),
    (
        "cssrs_screener",
        {**CSSRS, "c2": 1, "c3": 0, "c4": 0, "c5": 0},
        {},
        {"status": "complete", "band": "low"},
    ),
    ("cssrs_screener", {**CSSRS, "c4": 1}, {}, {"status": "complete", "band": "high"}),
    (
        "cssrs_screener",
        {**CSSRS, "c6": 1},
        {},
        {"status": "incomplete", "band": "high", "flags": ["SUICIDE_HIGH"]},
    ),
    ("cssrs_screener", {**CSSRS, "c6": 1, "c6_3mo": 0}, {}, {"status": "complete", "band": "moderate"}),
    ("cssrs_screener", {}, {}, {"status": "incomplete", "band": "none"}),
    ("asq", ASQ, {}, {"status": "complete", "band": "negative", "flags": []}),
    ("asq", {**ASQ, "a5": 1}, {}, {"status": "complete", "band": "negative"}),
    (
        "asq",
        {**ASQ, "a4": 1},
        {},
        {"status": "incomplete", "band": "acute_positive", "flags": ["SUICIDE_HIGH"]},
    ),
    ("asq", {**ASQ, "a4": 1, "a5": 0}, {}, {"status": "complete", "band": "non_acute_positive"}),
    ("asq", {**without(ASQ, "a1"), "a5": 0}, {}, {"status": "incomplete", "band": "non_acute_positive"}),
    ("asq", {}, {}, {"status": "incomplete", "band": "acute_positive"}),
    ("ahc_hrsn", {}, {}, {"status": "incomplete", "total": None, "band": [], "flags": []}),
    ("ahc_hrsn", {"food_last": 1, "living": 2}, {}, {"band": ["food", "housing"]}),
    (
        "bam",
        {"bam_4": 1, "bam_5": 1, "bam_6": 1},
        {},
        {"status": "incomplete", "band": {"use": 3, "risk": None, "protective": None}},
    ),
]


@pytest.mark.parametrize(("instrument", "answers", "options", "holds"), CASES)
def test_scoring_cases(instrument, answers, options, holds):
    output = score(instrument, answers, **options).as_output()
    assert {key: output.get(key) for key in holds} == holds


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=lambda one: one.id)
def test_an_empty_sheet_is_incomplete_and_the_lowest_answers_are_complete(instrument):
    assert score(instrument.id, {}).status == "incomplete"
    answers = {"total": 0} if instrument.method == "external_total" else lowest(instrument)
    assert score(instrument.id, answers).status == "complete"
    assert answers == ({"total": 0} if instrument.method == "external_total" else lowest(instrument))
