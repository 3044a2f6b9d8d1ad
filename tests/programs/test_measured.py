"""What instruments show on the clinician's review page: results with their age, hints, links from rules."""

import re

import pytest
from django.urls import reverse

from intake.actions.assessments import submit
from intake.actions.instruments import Given, record_instrument
from programs.actions.recommendations import recommend
from tests.factories.episodes import make_instrument, make_sendable

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(ana):
    made = make_sendable(ana)
    submit(by=ana, assessment=made)
    made.refresh_from_db()
    return made


def bring(by, assessment, instrument, **result):
    given = Given(instrument, outside=True, measured_by="Nurse Reyes", where="Easton", **result)
    return record_instrument(by=by, episode=assessment.episode, given=given)


def review(as_user, user, assessment):
    page = as_user(user).get(reverse("programs:review", args=[assessment.episode_id])).content.decode()
    return page, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def record_url(record):
    return reverse("intake:instrument-record", args=[record.episode_id, record.pk])


def test_results_stand_with_their_meaning_and_age(as_user, ana, cole, waiting):
    _, empty = review(as_user, cole, waiting)
    assert "No instrument was given or recorded in this episode." in empty
    kept = bring(ana, waiting, "cows", total=14)
    page, words = review(as_user, cole, waiting)
    assert "14 of 48. Moderate (13 to 24)." in words
    assert "(just now)" in words
    assert record_url(kept) in page
    assert "Screening, not a diagnosis." in words


def test_hints_are_text_beside_the_ratings_and_choose_nothing(as_user, ana, cole, waiting):
    made = make_instrument(ana, waiting.episode, 21)
    bring(ana, waiting, "ahc_hrsn", total=12, answers={"living": 2}, band=["housing"])
    page, words = review(as_user, cole, waiting)
    assert "F2 Medical and mental health: 2 or 3. PHQ-9: 21 points, severe symptoms of depression" in words
    assert "F4 Home and support: 3 or 4. AHC-HRSN: no steady place to live" in words
    assert record_url(made) in page
    rated = re.findall(r'<input[^>]*name="F[1-5]"[^>]*>', page)
    assert rated
    assert not any("checked" in one and 'value=""' not in one for one in rated)


def test_a_rule_that_read_a_score_leads_to_its_record(as_user, ana, cole, waiting):
    kept = bring(ana, waiting, "cows", total=14)
    recommend(assessment=waiting, ratings={"F1": 2}, by=cole)
    page, words = review(as_user, cole, waiting)
    assert "M-05" in words
    assert page.count(record_url(kept)) >= 2


def test_a_newer_result_outdates_the_suggestion(as_user, ana, cole, waiting):
    recommend(assessment=waiting, ratings={"F1": 2}, by=cole)
    assert "Answers changed after the suggestion" not in review(as_user, cole, waiting)[1]
    bring(ana, waiting, "ciwa_ar", total=20)
    assert "Answers changed after the suggestion" in review(as_user, cole, waiting)[1]


def test_flags_of_instruments_stand_on_the_review(as_user, ana, cole, waiting):
    make_instrument(ana, waiting.episode)
    assert (
        "PHQ-9: thoughts of death or self-harm: a clinician follows up today"
        in review(as_user, cole, waiting)[1]
    )
