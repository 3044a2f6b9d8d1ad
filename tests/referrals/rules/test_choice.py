"""Who is passed over by a choice: a table that staff could read."""

import pytest

from referrals.rules.choice import ASKED, NO_CONSENT, SAID_NO, before, before_again, before_as_kept

# order of those that fit, chosen, what the record shows; passed over without a reason, excused
CASES = [
    ("abc", "a", {}, "", ""),
    ("abc", "ab", {}, "", ""),
    ("abc", "b", {}, "a", ""),
    ("abc", "c", {}, "ab", ""),
    ("abc", "ac", {}, "b", ""),
    ("abc", "c", {"a": NO_CONSENT}, "b", "a"),
    ("abc", "c", {"a": NO_CONSENT, "b": ASKED}, "", "ab"),
    ("abc", "b", {"a": SAID_NO, "c": NO_CONSENT}, "", "a"),
    ("abc", "x", {}, "abc", ""),
    ("abc", "ax", {"b": ASKED}, "c", "b"),
    ("", "x", {}, "", ""),
    ("abc", "", {}, "", ""),
]


@pytest.mark.parametrize(("order", "chosen", "known", "passed", "excused"), CASES)
def test_table(order, chosen, known, passed, excused):
    found = before(list(order), set(chosen), known)
    assert "".join(found.passed_over) == passed
    assert "".join(one for one, _ in found.excused) == excused
    assert all(known[one] == code for one, code in found.excused)


def test_a_kept_choice_is_computed_again_from_its_order():
    matches = [{"facility": one, "fits": one != "c"} for one in "abc"]
    kept = {"chosen": ["b"], "passed_over": ["a"], "excused": []}
    assert before_again(kept, matches) == before_as_kept(kept)
    other = [matches[1], matches[0], matches[2]]
    assert before_again(kept, other) != before_as_kept(kept)
    assert before_again({"chosen": ["b"]}, matches) is None is before_as_kept({"chosen": ["b"]})
