"""How strongly two records may be of one person: a table a colleague could read, and what never happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.rules.duplicates import Known, Strength, compare

PHONE, OTHER_PHONE = "+18045550101", "+18045550999"
BORN, OTHER_BORN = "1988-04-02", "1991-01-09"


def known(name, phone="", born="", *also):
    return Known((name, *also), phone, born)


@pytest.mark.parametrize(
    ("one", "other", "strength"),
    [
        # Bob, Robert, and a misspelt surname with an initial
        (known("Bob Smith", PHONE), known("Robert Smith", PHONE), "likely"),
        (known("Robert Smith", PHONE, BORN), known("R. Smyth", "", BORN), "possible"),
        (known("Bob", PHONE), known("Robert Smith", PHONE), "possible"),
        (known("Jordan Lee", "", BORN), known("Jordan Leigh", "", BORN), "likely"),
        # twins and families
        (known("Ann Smith", PHONE, BORN), known("Amy Smith", PHONE, BORN), "possible"),
        (known("Ann Smith", "", BORN), known("Amy Smith", "", BORN), "possible"),
        (known("Sam Poe", PHONE, BORN), known("Sam Poe", PHONE, OTHER_BORN), "possible"),
        (known("Ann Smith", PHONE), known("Carl Jones", PHONE), "possible"),
        # names alone, birthdays alone
        (known("Jordan Lee"), known("Jordan Lee"), "possible"),
        (known("Jordan Lee"), known("Jordan Leigh"), "possible"),
        (known("Ann Smith"), known("Amy Smith"), None),
        (known("Ann Smith", "", BORN), known("Carl Jones", "", BORN), None),
        (known("Ann Smith", PHONE), known("Carl Jones", OTHER_PHONE), None),
        (known(""), known(""), None),
        # what the person likes to be called counts as a name
        (known("Roberta Lang", PHONE, "", "Bobbie"), known("Bobbie Lang", PHONE), "likely"),
        (known("María de la Cruz", "", BORN), known("Maria Cruz", "", BORN), "likely"),
    ],
)
def test_how_strong(one, other, strength):
    match = compare(one, other)
    assert (match and match.strength) == strength


def test_reasons_say_what_speaks_for_it_and_what_against():
    match = compare(known("Ann Smith", PHONE, BORN), known("Amy Smith", PHONE, BORN))
    assert match.reasons == (
        "Surnames sound alike",
        "Same phone number",
        "Same date of birth",
        "But the first names are written differently",
    )


NAMES = st.sampled_from(
    ["Ann", "Amy", "Bob", "Robert", "Jon", "John", "Maria", "Mara", "Kiara", "Kara", "R", "Jo"]
)
SURNAMES = st.sampled_from(["Smith", "Smyth", "Lee", "Leigh", "Cruz", "Lopez", "O'Neill", "Neil"])
SOMEBODY = st.builds(
    lambda first, last, phone, born, also: Known((f"{first} {last}", *also), phone, born),
    NAMES,
    SURNAMES,
    st.sampled_from(["", PHONE, OTHER_PHONE]),
    st.sampled_from(["", BORN, OTHER_BORN]),
    st.lists(NAMES, max_size=1),
)


@given(SOMEBODY, SOMEBODY)
def test_it_is_the_same_from_either_side(one, other):
    assert compare(one, other) == compare(other, one)


@given(NAMES, NAMES, SURNAMES, st.sampled_from(["", PHONE]))
def test_twins_are_never_more_than_possible(first, second, surname, phone):
    same = {first, second} <= {"Bob", "Robert"} or first == second
    match = compare(Known((f"{first} {surname}",), phone, BORN), Known((f"{second} {surname}",), phone, BORN))
    if not same:
        assert match.strength == Strength.POSSIBLE


@given(SOMEBODY)
def test_likely_needs_a_phone_or_a_birthday(one):
    bare = Known(one.names)
    match = compare(bare, one)
    assert match is None or match.strength == Strength.POSSIBLE
