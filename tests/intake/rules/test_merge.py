"""Three-way merge of a section's answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.merge import merge

A, B, C = {"value": "a"}, {"value": "b"}, {"value": "c"}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "changes", "conflicts"),
    [
        ({}, {}, {"x": A}, {"x": A}, ()),
        ({"x": A}, {"x": A}, {"x": A}, {}, ()),
        ({"x": A}, {"x": B}, {"x": A}, {}, ()),
        ({"x": A}, {"x": B}, {"x": B}, {}, ()),
        ({"x": A}, {"x": B}, {"x": C}, {}, ("x",)),
        ({"x": A}, {"x": A}, {"x": None}, {"x": None}, ()),
        ({"x": A}, {}, {"x": None}, {}, ()),
        ({"x": A}, {}, {"x": B}, {}, ("x",)),
        ({"x": A, "y": A}, {"x": B, "y": A}, {"x": A, "y": B}, {"y": B}, ()),
    ],
)
def test_cases(base, theirs, mine, changes, conflicts):
    result = merge(base=base, theirs=theirs, mine=mine)
    assert (dict(result.changes), result.conflicts) == (changes, conflicts)


answers = st.dictionaries(st.sampled_from("uvwxyz"), st.sampled_from([A, B, C]))


@given(base=answers, theirs=answers, mine=answers)
def test_nothing_stored_is_overwritten_unless_it_was_seen(base, theirs, mine):
    result = merge(base=base, theirs=theirs, mine=mine)
    for field, answer in mine.items():
        kept = field in result.changes or field in result.conflicts
        assert kept or answer in (base.get(field), theirs.get(field))
        if field in result.changes:
            assert theirs.get(field) == base.get(field)
