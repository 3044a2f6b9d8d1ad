"""Tokens and codes: what is stored can't be turned back, and when a link is dead."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from referrals.rules import links

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
KEY = b"k" * 32


def test_tokens_are_long_and_never_repeat():
    tokens = {links.new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert min(map(len, tokens)) >= 43


def test_codes_are_six_digits_with_leading_zeros():
    codes = {links.new_code() for _ in range(2000)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert any(code.startswith("0") for code in codes)


def test_the_same_code_is_stored_differently_for_every_link_and_key():
    one, other = uuid4(), uuid4()
    hashes = {
        links.code_hash("123456", key=KEY, link_id=one),
        links.code_hash("123456", key=KEY, link_id=other),
        links.code_hash("123456", key=b"q" * 32, link_id=one),
        links.code_hash("123457", key=KEY, link_id=one),
    }
    assert len(hashes) == 4


@pytest.mark.parametrize("typed", ["493027", "493 027", " 493-027 ", "4.9.3.0.2.7"])
def test_people_type_codes_in_many_ways(typed):
    assert links.typed_code(typed) == "493027"
    assert links.spoken("493027") == "493 027"


def test_other_scripts_digits_are_not_digits_of_a_code():
    assert links.typed_code("४९३०२७") == ""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (links.LinkFacts(NOW + timedelta(seconds=1), None, 0), True),
        (links.LinkFacts(NOW, None, 0), False),
        (links.LinkFacts(NOW + timedelta(days=1), NOW - timedelta(days=1), 0), False),
        (links.LinkFacts(NOW + timedelta(days=1), None, 4), True),
        (links.LinkFacts(NOW + timedelta(days=1), None, 5), False),
    ],
)
def test_when_a_link_is_alive(facts, expected):
    assert links.alive(facts, NOW) is expected
