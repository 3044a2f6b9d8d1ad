"""Passwords: long, of any characters, not stolen, nothing that this place suggests."""

import string

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.passwords import KNOWN, LONG, NEAR, SHORT, _known, why_not
from desk.demo.cast import PASSWORD as DEMO_PASSWORD

NOOR = User(email="noor.adeyemi@riverside.example", display_name="Noor Adeyemi")


@pytest.mark.parametrize(
    "password,wrong",
    [
        ("kqzvwmxpbrtndl", SHORT),  # 14
        ("kqzvwmxpbrtndlh", None),  # 15
        ("correct horse battery staple", None),
        ("éclair à la crème", None),
        ("🌲 tall 🦉 quiet night", None),
        ("  spaces before and after  ", None),
        ("quiet-harbor-2026", None),
        ("k7" * 512 + "k", LONG),
        ("passwordpassword", KNOWN),
        ("password1234567", KNOWN),
        ("P@ssw0rdP@ssw0rd", KNOWN),
        ("qwertyuiopasdfgh", KNOWN),
        ("123456789012345", KNOWN),
        ("aaaaaaaaaaaaaaaaaaaa", KNOWN),
        ("trustno1trustno1", KNOWN),
        ("iloveyou iloveyou", KNOWN),
        ("Password2026!!!", KNOWN),
        ("addictioncenter2026", NEAR),
        ("my Juniper garden walks", NEAR),
        ("JuniperHouse and lanterns", NEAR),
        ("the clearway 99 lantern", NEAR),
        ("cl34rw4y lantern forest", NEAR),
        ("adeyemi lantern forest", NEAR),
        ("Noor! lantern forest seven", NEAR),
        ("riverside lantern forest", NEAR),
        ("r1vers1de lantern forest", NEAR),
    ],
)
def test_each_refusal_says_what_to_do(password, wrong):
    assert why_not(password, NOOR) == wrong


def test_the_demo_password_is_good_enough():
    assert why_not(DEMO_PASSWORD, User(email="ana@demo.example", display_name="Ana Reyes")) is None


@given(st.sampled_from(sorted(_known())), st.integers(1, 9))
def test_a_stolen_password_stays_refused_when_it_is_repeated(stolen, times):
    assert why_not(stolen * max(times, -(-15 // len(stolen)))) is not None


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=14))
def test_anything_shorter_is_too_short(text):
    assert why_not(text) == SHORT


@pytest.mark.parametrize("length", [15, 40, 64, 128])
@pytest.mark.parametrize("letters", [string.ascii_lowercase, string.ascii_lowercase + " ", string.printable])
def test_any_fifteen_random_characters_will_do(letters, length):
    """No rule of composition: random letters of any kind pass, also at 128 characters."""
    for _ in range(5):
        assert why_not(get_random_string(length, letters), NOOR) in (None, NEAR)


def test_names_of_three_letters_refuse_nobody():
    """A short name is in many words."""
    assert why_not("banana lantern forest", User(email="ana@x.example", display_name="Ana Li")) is None


def test_django_and_allauth_ask_these_rules():
    with pytest.raises(ValidationError, match="15 characters"):
        validate_password("short", NOOR)


@pytest.mark.django_db
def test_128_characters_are_kept_whole_and_compared_exactly(ana):
    long = get_random_string(127, string.ascii_letters) + " "
    ana.set_password(long)
    assert ana.check_password(long)
    assert not ana.check_password(long[:-1])
    assert not ana.check_password(long.swapcase())
