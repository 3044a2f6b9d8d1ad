"""What the codes of the national directory say about a partner, and what they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.choices import Access, Level, Medication, Payer, Withdrawal
from referrals.rules.samhsa import LABELS, LANGUAGES, facts_from

CASES = [
    # Only a setting says that there is a detox bed; a protocol's medicine does not.
    ("DLC DB DM", {"levels": []}),
    ("DT HID", {"levels": ["detox"]}),
    ("DT RD RES", {"levels": ["detox", "residential"]}),
    ("OD OP", {"levels": ["detox"]}),
    ("OTP", {"levels": ["medication"], "medications": ["methadone"]}),
    ("ADTX BDTX ODTX", {"withdrawal_yes": ["alcohol", "benzo", "opioid"]}),
    ("CDTX", {"withdrawal_yes": ["stimulant"]}),
    # Naltrexone comes in two forms, and one code is one form.
    ("NXN", {"medications": ["naltrexone"]}),
    ("VTRL", {"medications": ["naltrexone_er"]}),
    ("UB BERI", {"medications": ["buprenorphine", "buprenorphine_er"]}),
    ("MOA", {"medications": ["buprenorphine", "methadone"]}),
    (
        "NMOA BWN",
        {"medications": [], "medications_no": ["buprenorphine", "buprenorphine_er", "methadone"]},
    ),
    ("NOOP", {"withdrawal_no": ["opioid"]}),
    ("MD MC PI", {"payers": ["medicaid", "medicare", "private"]}),
    ("PW", {"pregnancy": "yes"}),
    ("", {"pregnancy": "unknown", "co_occurring": "unknown", "unit": "any", "age_min": None}),
    ("SUMH", {"co_occurring": "yes"}),
    ("FEM", {"unit": "female"}),
    ("FEM MALE", {"unit": "any"}),
    ("YAD ADLT", {"age_min": 18, "age_max": 64}),
    ("ADLT SNR", {"age_min": 26, "age_max": None}),
    ("SP AH", {"languages": ["es", "ase"], "access": ["sign_language"]}),
]


@pytest.mark.parametrize(("codes", "expected"), CASES)
def test_what_codes_say(codes, expected):
    facts = facts_from(codes.split())
    assert {name: facts[name] for name in expected} == expected


@given(st.sets(st.sampled_from(sorted(LABELS))))
def test_any_set_of_codes_gives_facts_that_fit_together(codes):
    facts = facts_from(codes)
    assert set(facts["services"]) == codes
    for name, known in (
        ("levels", Level.values),
        ("withdrawal_yes", Withdrawal.values),
        ("medications", Medication.values),
        ("payers", Payer.values),
        ("access", Access.values),
        ("languages", LANGUAGES),
    ):
        assert facts[name] == [one for one in known if one in facts[name]]
    assert not set(facts["withdrawal_yes"]) & set(facts["withdrawal_no"])
    assert not set(facts["medications"]) & set(facts["medications_no"])
    assert facts["age_max"] is None or facts["age_max"] >= facts["age_min"]
    assert facts["lists_complete"] is False
