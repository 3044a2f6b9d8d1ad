"""Which tests a clearance also has to report, by the answers. No database."""

import pytest

from programs.rules.clearance_tests import LETTERS, expected, not_reported

NOT_PREGNANT = {"pregnant": "no"}


def use(code, **row):
    return {**NOT_PREGNANT, "substances": {code: {"hours_since_last": 24, **row}}}


@pytest.mark.parametrize(
    "picture,tests",
    [
        (NOT_PREGNANT, set()),
        ({}, {"pregnancy_test"}),
        ({"pregnant": "unknown"}, {"pregnancy_test"}),
        ({"pregnant": "yes"}, {"pregnancy_test"}),
        (use("kratom_leaf", amount=19), {"lfts"}),
        (use("kratom_leaf", amount=20), {"lfts", "ecg"}),
        (use("kratom_leaf", hours_since_last=721, amount=30), set()),
        (use("kratom_leaf", hours_since_last=720), {"lfts"}),
        (use("kratom_leaf", hours_since_last=None), {"lfts"}),
        (use("seven_oh"), {"lfts", "ecg"}),
        (use("alcohol"), {"lfts", "cbc_bmp"}),
        (use("methadone"), {"ecg", "opioid_treatment_letter"}),
        (use("buprenorphine"), {"opioid_treatment_letter"}),
        ({**NOT_PREGNANT, "medical": "none"}, set()),
        ({**NOT_PREGNANT, "medical": {"liver": "stable"}}, {"lfts"}),
        ({**NOT_PREGNANT, "medical": {"cardiac": "unstable"}}, {"ecg"}),
        ({**NOT_PREGNANT, "medical": {"seizure_disorder": "stable"}}, {"seizure_plan"}),
        ({**NOT_PREGNANT, "red_flags": {"chest_pain_or_fainting": "yes"}}, {"ecg"}),
        (
            {**NOT_PREGNANT, "red_flags": {"persistent_vomiting_or_severe_abdominal_pain": "yes"}},
            {"cbc_bmp"},
        ),
        ({**NOT_PREGNANT, "red_flags": "none", "age": 59}, set()),
        ({**NOT_PREGNANT, "age": 60}, {"cbc_bmp"}),
        ({**NOT_PREGNANT, "qt_medicines": []}, set()),
        ({**NOT_PREGNANT, "qt_medicines": ["citalopram"]}, {"ecg"}),
        ({**NOT_PREGNANT, "around_the_clock": False}, set()),
        ({**NOT_PREGNANT, "around_the_clock": True}, {"tb_screen"}),
    ],
)
def test_what_applies(picture, tests):
    assert set(expected(picture)) == {"urine_drug_screen", *tests}


def test_a_result_without_its_time_is_not_reported():
    """The window of a test counts from its own time, so a result alone says too little."""
    both = {"results": {"urine_drug_screen": "negative"}, "parts": {"urine_drug_screen": "2026-07-14T14:00Z"}}
    assert not_reported(NOT_PREGNANT, both) == ()
    for part in both:
        assert len(not_reported(NOT_PREGNANT, {**both, part: {}})) == 1


def test_a_letter_is_reported_in_words():
    picture = use("buprenorphine")
    (letter,) = [
        gap for gap in not_reported(picture, {}) if gap.startswith(LETTERS["opioid_treatment_letter"])
    ]
    assert letter not in not_reported(picture, {"opioid_treatment_letter": "8 mg a day, clinic in Easton"})
