"""The page of what is still possible, from an empty assessment to a full one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.actions.assessments import save_section
from tests.factories.episodes import add_row, ask_safety, fill_rows, make_assessment, make_sendable, save

pytestmark = pytest.mark.django_db


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page_of(assessment) -> str:
    return reverse("programs:so-far", args=[assessment.episode_id])


def test_nothing_known_leaves_everything_possible_and_asks_for_safety_first(client, as_user, ana):
    assessment = make_assessment(ana)
    as_user(ana)
    shown = client.get(page_of(assessment))
    words = words_of(shown)
    assert "No medical detox needed" in words
    assert "Emergency care now" in words
    assert "The question that tells most now" in words
    safety = reverse("intake:safety-check", args=[assessment.episode_id])
    assert f'<a href="{safety}">' in shown.content.decode()


def test_an_answer_that_was_refused_stays_open_and_is_not_asked_again(client, as_user, ana):
    assessment = make_sendable(ana)
    as_user(ana)
    before = words_of(client.get(page_of(assessment)))
    assert "Asked, no answer" not in before
    section = assessment.sections.get(key="health")
    save_section(
        by=ana,
        assessment=assessment,
        key="health",
        bases=section.version,
        answers={"jaundice_or_dark_urine": {"missing": "declined"}},
    )
    after = client.get(page_of(assessment))
    assert "Asked, no answer: 1" in words_of(after)
    best = re.search(r'<div class="inset">.*?</div>', after.content.decode(), re.S).group()
    assert "dark urine" not in best


def test_the_best_question_leads_to_its_field(client, as_user, ana):
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    as_user(ana)
    best = re.search(r'<div class="inset">.*?</div>', client.get(page_of(assessment)).content.decode(), re.S)
    mental = reverse("intake:assessment-section", args=[assessment.episode_id, "mental"])
    assert f'href="{mental}#id_suicidality"' in best.group()


def test_what_is_certain_is_told_with_its_rule(client, as_user, ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "mental", suicidality="high")
    as_user(ana)
    words = words_of(client.get(page_of(assessment)))
    assert "Whatever is still answered, the rules say: Emergency care now" in words
    assert "E-05" in words


def test_htmx_gets_the_panel_alone(client, as_user, ana):
    assessment = make_assessment(ana)
    as_user(ana)
    panel = client.get(page_of(assessment), headers={"HX-Request": "true"}).content.decode()
    assert 'id="so-far"' in panel
    assert "<html" not in panel


def test_it_reads_as_often_for_fifty_substances(client, as_user, ana):
    assessment = make_assessment(ana)
    add_row(ana, assessment, substance="alcohol")
    as_user(ana)
    client.get(page_of(assessment))
    with CaptureQueriesContext(connection) as one:
        client.get(page_of(assessment))
    fill_rows(assessment, 49)
    with CaptureQueriesContext(connection) as fifty:
        assert client.get(page_of(assessment)).status_code == 200
    assert len(fifty) == len(one)
