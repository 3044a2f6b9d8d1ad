"""Who may sign a consent; no database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.choices import Signer
from records.rules.signers import MinorRule, Signers, age_on, allowed, is_minor, refusal

DAY = date(2026, 7, 14)
UNSET = MinorRule()
ALONE = MinorRule("minor_alone", "VA", 18)
BOTH = MinorRule("minor_and_parent", "VA", 18)
SELF = Signers("person")
WITH_PARENT, WITH_GUARDIAN = Signers("person", "parent"), Signers("person", "guardian")
REPRESENTATIVE, COURT = Signers("representative"), Signers("court")

CASES = [
    # minor, rule, who signs, refused with
    (False, UNSET, SELF, None),
    (None, UNSET, SELF, None),
    (False, UNSET, REPRESENTATIVE, None),
    (False, UNSET, COURT, None),
    (False, UNSET, Signers("parent"), "signer_unknown"),
    (False, BOTH, WITH_PARENT, "signer_unknown"),
    (False, UNSET, Signers("spouse"), "signer_unknown"),
    (True, UNSET, SELF, "minor_rule_unset"),
    (True, UNSET, WITH_PARENT, "minor_rule_unset"),
    (True, MinorRule("minor_alone", ""), SELF, "minor_rule_unset"),
    (True, MinorRule("parents_decide", "VA"), SELF, "minor_rule_unset"),
    (True, ALONE, SELF, None),
    (True, ALONE, Signers("parent"), "minor_alone"),
    (True, ALONE, WITH_PARENT, "minor_alone"),
    (True, ALONE, REPRESENTATIVE, "minor_alone"),
    (True, BOTH, WITH_PARENT, None),
    (True, BOTH, WITH_GUARDIAN, None),
    (True, BOTH, SELF, "minor_and_parent"),
    (True, BOTH, Signers("parent"), "minor_and_parent"),
    (True, BOTH, COURT, "minor_and_parent"),
]


@pytest.mark.parametrize("minor,rule,who,code", CASES)
def test_who_may_sign(minor, rule, who, code):
    refused = refusal(who, minor, rule)
    assert (refused[0] if refused else None) == code


@pytest.mark.parametrize(
    "born,age", [(date(2008, 7, 14), 18), (date(2008, 7, 15), 17), (date(2008, 2, 29), 18), (None, None)]
)
def test_a_birthday_counts_from_its_day(born, age):
    assert age_on(born, DAY) == age
    assert is_minor(born, DAY, ALONE) is (None if age is None else age < 18)


@given(
    st.sampled_from(["", *Signer.values]),
    st.sampled_from(["", *Signer.values]),
    st.booleans(),
    st.sampled_from([UNSET, ALONE, BOTH]),
)
def test_no_minor_is_signed_for_and_no_parent_signs_alone(first, second, minor, rule):
    if refusal(Signers(first, second), minor, rule) is None:
        assert first not in ("parent", "guardian")
        assert not minor or first == "person"
        assert Signers(first, second) in allowed(minor, rule)


def test_the_rule_is_recorded_with_its_state_and_age():
    assert BOTH.version == "minor_and_parent, VA, under 18"
