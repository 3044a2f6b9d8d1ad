"""Phone numbers, however people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.rules.phone import Phone, read_phone, show_phone


@pytest.mark.parametrize(
    "text",
    [
        "(804) 555-0123",
        "804.555.0123",
        "804 555 0123",
        "8045550123",
        "1-804-555-0123",
        "+1 804 555 0123",
        " 804-555-0123 ",
    ],
)
def test_common_ways_of_writing(text):
    assert read_phone(text) == Phone("+18045550123")


def test_extensions_and_other_countries_are_kept():
    assert read_phone("+1 804 555 0123 x4") == Phone("+18045550123", "4")
    assert read_phone("+52 55 1234 5678") == Phone("+525512345678")
    assert show_phone("+18045550123", "4") == "(804) 555-0123 x4"
    assert show_phone("+525512345678") == "+52 55 1234 5678"


@pytest.mark.parametrize(
    "text", ["", "5550123", "911", "80455501", "8045550123999", "call me", "\x00", "😀", "\ud800", "٣"]
)
def test_what_nobody_can_dial(text):
    assert read_phone(text) is None


@given(text=st.text(max_size=300))
def test_any_text_is_a_number_or_not_and_never_an_error(text):
    phone = read_phone(text)
    assert phone is None or (phone.number.startswith("+") and phone.number[1:].isascii())


digits = st.text("23456789", min_size=1, max_size=1)


@given(
    area=st.from_regex(r"[2-9][0-9]{2}", fullmatch=True),
    middle=st.from_regex(r"[2-9][0-9]{2}", fullmatch=True),
    last=st.from_regex(r"[0-9]{4}", fullmatch=True),
    pattern=st.sampled_from(["{}{}{}", "({}) {}-{}", "{}.{}.{}", "+1{}{}{}", "1 {} {} {}", "{}-{}-{}"]),
)
def test_every_us_number_in_every_pattern_reads_as_one_form(area, middle, last, pattern):
    phone = read_phone(pattern.format(area, middle, last))
    assert phone == Phone(f"+1{area}{middle}{last}")
    assert read_phone(show_phone(phone.number)) == phone
