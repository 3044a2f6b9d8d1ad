"""Who opens the screens of an assessment, and what a look leaves behind."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from intake.actions import assessments as act
from intake.models import SafetyCheck, SectionRevision
from intake.questions import SAFETY
from intake.questions.safety import EVERYWHERE
from tests.factories.episodes import (
    add_row,
    ask_safety,
    fill_rows,
    make_episode,
    make_sendable,
)
from tests.intake.screens import at, section_url

pytestmark = pytest.mark.django_db


PAGES = ["safety-check", "assessment", "assessment-hold", "assessment-check", "report-use"]


@pytest.mark.parametrize("name", PAGES)
def test_only_who_works_with_people_opens_a_page(client, as_user, ana, ben, cole, audrey, pia, ada, name):
    episode = make_episode(ana)
    assert client.get(at(name, episode.pk)).status_code == 302
    for user in (audrey, pia, ada):
        assert as_user(user).get(at(name, episode.pk)).status_code == 403
    for stranger in (ben, cole):
        assert as_user(stranger).get(at(name, episode.pk)).status_code == 404
    assert as_user(ana).get(at(name, episode.pk)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_the_same_404_as_nobody(desk, name):
    page = desk.get(at(name, "00000000-0000-4000-8000-000000000000"))
    assert page.status_code == 404


def test_every_look_is_recorded_and_changes_nothing_else(desk, ana, assessment):
    before = [SectionRevision.objects.count(), SafetyCheck.objects.count()]
    for url in [*(at(name, assessment.episode_id) for name in PAGES), section_url(assessment, "mental")]:
        looked = Event.objects.filter(name="record.viewed").count()
        assert desk.get(url).status_code == 200
        assert Event.objects.filter(name="record.viewed").count() == looked + 1
    assert [SectionRevision.objects.count(), SafetyCheck.objects.count()] == before


def test_no_page_names_the_person_in_its_title_or_address(desk, ana, assessment):
    for url in [*(at(name, assessment.episode_id) for name in PAGES), section_url(assessment, "mental")]:
        title = re.search("<title>(.*?)</title>", desk.get(url).content.decode(), re.DOTALL)[1]
        assert "Jordan" not in title + url


def test_an_unknown_section_is_not_found(desk, assessment):
    assert desk.get(section_url(assessment, "nonsense")).status_code == 404


@pytest.mark.parametrize("name", ["assessment", "assessment-check"])
def test_pages_take_the_same_queries_for_one_substance_and_fifty(
    desk, ana, assessment, name, django_assert_num_queries
):
    add_row(ana, assessment, substance="alcohol")
    desk.get(at(name, assessment.episode_id))
    with CaptureQueriesContext(connection) as few:
        desk.get(at(name, assessment.episode_id))
    fill_rows(assessment, 49)
    with django_assert_num_queries(len(few)):
        desk.get(at(name, assessment.episode_id))


def test_the_substances_page_takes_the_same_queries_for_one_and_fifty(
    desk, ana, assessment, django_assert_num_queries
):
    url = section_url(assessment, "substances")
    add_row(ana, assessment, substance="alcohol")
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    fill_rows(assessment, 49)
    with django_assert_num_queries(len(few)):
        desk.get(url)


def test_the_stop_screen_says_the_words_of_every_yes(desk, ana, assessment):
    said_yes = {"seizure_24h", "thoughts_of_suicide"}
    asked = ask_safety(ana, assessment.episode, **dict.fromkeys(said_yes, "yes"))
    page = html.unescape(desk.get(at("safety-stop", assessment.episode_id, asked.pk)).content.decode())
    for question in SAFETY.questions:
        assert (f"Say: “{question.say}”" in page) == (question.name in said_yes)
        if question.name in said_yes:
            assert all(step in page for step in question.do)
    assert EVERYWHERE in page


def test_the_safety_questions_come_before_sending_too(ana, as_user):
    assessment = make_sendable(ana)
    act.hold(by=ana, assessment=assessment, reason="hung_up")
    act.resume(by=ana, assessment=assessment)
    client, address = as_user(ana), reverse("intake:assessment-check", args=[assessment.episode_id])
    assert client.get(address).status_code == 200
    assert client.post(address).url == reverse("intake:safety-check", args=[assessment.episode_id])
    assessment.refresh_from_db()
    assert assessment.status == "in_progress"
