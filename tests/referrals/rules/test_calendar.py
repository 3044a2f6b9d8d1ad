"""A calendar file that tells nobody anything, and stays one appointment through its changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from referrals.rules.calendar import Appointment, calendar_text

NOW = datetime(2026, 7, 14, 14, 0, tzinfo=UTC)
ONE = Appointment("7f6b", 1, NOW, NOW + timedelta(hours=4))


def lines(one):
    text = calendar_text(one, NOW)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)


def test_the_file_holds_a_time_and_nothing_else():
    found = lines(ONE)
    assert found["DTSTART"] == "20260714T140000Z"
    assert found["DTEND"] == "20260714T180000Z"
    assert found["SUMMARY"] == "Appointment"
    assert (found["CLASS"], found["STATUS"], found["METHOD"]) == ("PRIVATE", "CONFIRMED", "PUBLISH")
    assert set(found) == {
        "BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND",
        "SUMMARY", "ORGANIZER", "CLASS", "STATUS", "TRANSP", "END",
    }  # fmt: skip


def test_a_change_keeps_the_uid_and_counts_up_and_a_cancelled_one_says_so():
    before, after = lines(ONE), lines(replace(ONE, version=2, cancelled=True))
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == ("1", "2")
    assert (after["STATUS"], after["METHOD"]) == ("CANCELLED", "CANCEL")


@pytest.mark.parametrize("word", ["detox", "treatment", "clearway", "patient", "center"])
def test_no_word_of_it_says_what_it_is_about(word):
    assert word not in calendar_text(ONE, NOW).lower()


def test_an_end_before_the_start_is_no_negative_time():
    assert lines(replace(ONE, ends_at=NOW - timedelta(hours=1)))["DTEND"] == "20260714T140000Z"
