"""Three-way merge of a section's answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.merge import merge

A, B, C = {"value": "a"}, {"value": "b"}, {"value": "c"}


@pytest.mark.parametrize(
    ("moved", "seen", "theirs", "mine", "changes", "conflicts"),
    [
        ("", {}, {}, {"x": A}, {"x": A}, ()),
        ("", {}, {"x": A}, {"x": A}, {}, ()),
        ("", {}, {"x": A}, {"x": None}, {"x": None}, ()),
        ("x", {"x": A}, {"x": B}, {"x": A}, {}, ()),
        ("x", {"x": A}, {"x": B}, {"x": B}, {}, ()),
        ("x", {"x": A}, {"x": B}, {"x": C}, {}, ("x",)),
        ("x", {"x": A}, {}, {"x": None}, {}, ()),
        ("x", {"x": A}, {}, {"x": B}, {}, ("x",)),
        ("x", {}, {"x": B}, {"x": None}, {}, ()),
        ("x", {"x": A, "y": A}, {"x": B, "y": A}, {"x": A, "y": B}, {"y": B}, ()),
    ],
)
def test_cases(moved, seen, theirs, mine, changes, conflicts):
    result = merge(moved=set(moved), seen=seen, theirs=theirs, mine=mine)
    assert (dict(result.changes), result.conflicts) == (changes, conflicts)


def test_a_hand_that_puts_an_answer_back_has_changed_it():
    put_back = merge(moved={"x"}, seen={}, theirs={"x": B}, mine={"x": A}, edited=True)
    assert put_back.conflicts == ("x",)
    assert not put_back.changes


answers = st.dictionaries(st.sampled_from("uvwxyz"), st.sampled_from([A, B, C]))
names = st.sets(st.sampled_from("uvwxyz"))


@given(moved=names, seen=answers, theirs=answers, mine=answers, edited=st.booleans())
def test_nothing_that_was_not_seen_is_overwritten(moved, seen, theirs, mine, edited):
    result = merge(moved=moved, seen=seen, theirs=theirs, mine=mine, edited=edited)
    for field, answer in mine.items():
        kept = field in result.changes or field in result.conflicts
        assert kept or answer == theirs.get(field) or (answer == seen.get(field) and not edited)
        assert field not in result.changes or field not in moved


# Two people at random, each from a page that they opened some time ago

edits = st.lists(
    st.tuples(
        st.sampled_from(["ana", "ben"]),
        st.sampled_from(["open", "autosave", "page"]),
        st.dictionaries(st.sampled_from("xyz"), st.sampled_from([A, B, C, None]), min_size=1),
    ),
    max_size=30,
)


@given(edits)
def test_two_people_never_lose_an_answer_without_a_word(steps):
    """A stored answer is replaced only by somebody whose page showed it; else both are told."""
    history, pages = [], {who: ({}, {}) for who in ("ana", "ben")}

    def stored():
        found = {}
        for change in history:
            found.update(change)
        return found

    for who, what, values in steps:
        shown, floors = pages[who]
        if what == "open":
            now = stored()
            pages[who] = (now, dict.fromkeys("xyz", len(history)))
            continue
        mine = values if what == "autosave" else {**dict.fromkeys("xyz"), **shown, **values}
        moved = {
            name
            for version, change in enumerate(history, start=1)
            for name in change
            if version > floors.get(name, 0)
        }
        before = stored()
        result = merge(moved=moved, seen=shown, theirs=before, mine=mine, edited=what == "autosave")
        for field, answer in result.changes.items():
            assert before.get(field) == shown.get(field) or before.get(field) == answer
        for field, answer in mine.items():
            if answer != shown.get(field) and answer != before.get(field):
                assert field in result.changes or field in result.conflicts
        if result.changes:
            history.append(dict(result.changes))
        fresh = {name: answer for name, answer in mine.items() if name in result.changes or name not in moved}
        pages[who] = ({**shown, **fresh}, {**floors, **dict.fromkeys(fresh, len(history))})
