"""The page of the course: the picture and its table say the same; what isn't kratom gets words."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock
from tests.factories.care import make_bed, make_use
from tests.factories.episodes import add_row, make_assessment

pytestmark = pytest.mark.django_db
HIGH = {"unit": "g", "amount": 8, "times_a_day": 4, "days_per_week": 7, "duration_months": 14}


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page_of(assessment) -> str:
    return reverse("programs:course", args=[assessment.episode_id])


def test_picture_table_and_words_for_kratom(client, as_user, ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="kratom_leaf", product_form="powder", last_use="today", **HIGH)
    as_user(ana)
    shown = client.get(page_of(assessment))
    words = words_of(shown)
    assert "Typical, not your forecast" in words
    assert "Strongest, days 2 to 4" in words and "Strongest, days 2 to 3" in words
    assert "Earliest return from detox" in words
    assert "When the last use was is not exact" in words
    assert "Settled: both are drawn" in words
    html = shown.content.decode()
    drawings = re.findall(r'<svg class="course [^"]*".*?</svg>', html, re.S)
    assert len(drawings) == 2
    for drawing in drawings:
        assert 'role="img"' in drawing and "aria-label=" in drawing
        for label in ("First signs", "Strongest, days 2 to 4", "Strongest, days 2 to 3", "now"):
            assert label in drawing
        width = float(re.search(r'viewBox="0 0 (\S+)', drawing).group(1))
        for x, bar in re.findall(r'<rect[^>]* x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', drawing):
            assert 0 <= float(x) <= float(x) + float(bar) <= width


def test_a_bed_that_is_held_stands_in_it(client, as_user, ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="kratom_leaf", product_form="powder", last_use="yesterday", **HIGH)
    start = clock.now() + timedelta(days=8)
    make_use(make_bed(label="R7"), "return", assessment.episode, start, start + timedelta(days=3), ana)
    as_user(ana)
    assert "Bed R7 held" in words_of(client.get(page_of(assessment)))


def test_what_is_not_kratom_gets_words_and_no_picture(client, as_user, ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="alcohol", last_use="today")
    as_user(ana)
    shown = client.get(page_of(assessment))
    assert 'class="course ' not in shown.content.decode()
    words = words_of(shown)
    assert "No typical course is drawn for: alcohol" in words
    assert "Nobody stops alone." in words


def test_a_long_time_ago_has_no_mark_for_now(client, as_user, ana):
    assessment = make_assessment(ana)
    row = add_row(ana, assessment, substance="kratom_leaf", product_form="powder", **HIGH)
    add_row(ana, assessment, substance="kratom_leaf", product_form="powder", last_use="over_a_week", **HIGH)
    assert row.last_use_latest is not None
    as_user(ana)
    assert client.get(page_of(assessment)).status_code == 200
