"""Starting an episode on screen: nobody is chosen by the program."""

import re

import pytest

from config import clock
from intake.models import Episode
from records.models import Person
from tests.factories.contact import make_request
from tests.factories.episodes import (
    make_episode,
    save,
)
from tests.intake.screens import at, fields_of

pytestmark = pytest.mark.django_db


START = {"name": "Jordan Lee", "phone": "804 555 0123", "date_of_birth": "1990-03-03", "language": "en"}


def test_an_episode_starts_and_leads_to_the_safety_check(desk):
    assert desk.get(at("episode-start")).status_code == 200
    sent = desk.post(at("episode-start"), START)
    episode = Episode.objects.get()
    assert sent.url == at("safety-check", episode.pk)
    assert (episode.person.name, episode.person.phone) == ("Jordan Lee", "+18045550123")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter person"),
        ({"name": "x" * 10_000}, "120 characters or fewer"),
        ({"name": "Jo\x00"}, "can&#x27;t store"),
        ({"phone": "12"}, "10 digits"),
        ({"date_of_birth": "2150-01-01"}, "in the past"),
        ({"date_of_birth": "1776-07-04"}, "1900"),
        ({"date_of_birth": "soon"}, "must be a date"),
        ({"language": "fr"}, "Select one"),
    ],
)
def test_a_start_that_is_not_right_keeps_what_was_typed(desk, change, words):
    sent = desk.post(at("episode-start"), {**START, **change})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert words in text
    assert "<title>Error: " in text
    if "name" not in change:
        assert 'value="Jordan Lee"' in text
    assert not Episode.objects.exists()


def test_somebody_on_file_is_only_used_when_staff_choose_so(desk, ana):
    person = make_episode(ana).person
    Episode.objects.update(
        status="closed", stage="closed", closed_at=clock.now(), close_reason="lost_contact"
    )
    asked = desk.post(at("episode-start"), START)
    assert asked.status_code == 422
    assert person.reference in asked.content.decode()
    assert not re.search(r'name="use_person"[^>]*checked', asked.content.decode())
    assert Episode.objects.filter(status="open").count() == 0
    desk.post(at("episode-start"), {**START, "use_person": str(person.pk)})
    assert Episode.objects.get(status="open").person == person
    assert Person.objects.count() == 1


def test_somebody_new_with_the_same_name_gets_their_own_record(desk, ana):
    make_episode(ana)
    desk.post(at("episode-start"), {**START, "use_person": "new"})
    assert Person.objects.count() == 2
    assert Episode.objects.count() == 2


def test_a_person_with_an_open_episode_is_a_conflict(desk, ana):
    episode = make_episode(ana)
    sent = desk.post(at("episode-start"), {**START, "use_person": str(episode.person.pk)})
    assert sent.status_code == 409
    assert "already has an open episode" in sent.content.decode()
    for page in (sent, desk.get(at("episode-again", episode.person.pk))):
        assert f'href="{at("safety-check", episode.pk)}">Ask the safety questions' in page.content.decode()


def test_a_start_sent_twice_starts_once(desk):
    data = fields_of(desk.get(at("episode-start"))) | {name: [value] for name, value in START.items()}
    first = desk.post(at("episode-start"), data)
    again = desk.post(at("episode-start"), {**data, "use_person": "new"})
    assert first.url == again.url
    assert Episode.objects.count() == 1


@pytest.mark.parametrize(("who", "phone"), [("me", "(804) 555-0177"), ("family", "")])
def test_a_request_tells_about_the_person_only_when_they_asked_themselves(desk, ana, who, phone):
    request = make_request(ana, who=who, phone="+18045550177")
    page = desk.get(f"{at('episode-start')}?request={request.pk}").content.decode()
    assert ("(804) 555-0177" in page) is bool(phone)


def test_a_request_leads_to_one_episode(desk, ana):
    request = make_request(ana)
    url = f"{at('episode-start')}?request={request.pk}"
    desk.post(url, START)
    assert Episode.objects.get().contact_request == request
    again = desk.post(url, {**START, "name": "Riley Park", "phone": ""})
    assert again.status_code == 409
    assert Person.objects.count() == 1


def test_a_possible_pregnancy_shows_that_a_contact_is_needed(desk, ana, assessment):
    page = at("assessment", assessment.episode_id)
    assert "bstetric" not in desk.get(page).content.decode()
    save(ana, assessment, "health", pregnant="possible")
    assert "bstetric contact is needed" in desk.get(page).content.decode()
