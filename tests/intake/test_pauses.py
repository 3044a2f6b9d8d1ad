"""A pause keeps the person's words, calls them on the day they chose, and ends when they go on (D16)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.actions import close_episode
from desk.today_waiting import of_pauses
from intake.actions.episodes import start_episode
from intake.actions.pauses import Said, call
from intake.actions.reopening import resume_episode
from intake.models import Pause, PauseCall
from intake.picture import center_zone
from tests.factories.episodes import make_episode

pytestmark = pytest.mark.django_db


def today():
    return clock.now().astimezone(center_zone()).date()


def said(**given):
    values = {
        "words": "I need to be with my son first.",
        "naloxone": "told",
        "told_tolerance": True,
        "safe_contact": "Mornings, no voicemail",
        "follow_up_on": today(),
    }
    return Said(**{**values, **given})


def paused(by, reason="declined_by_person", **given) -> Pause:
    episode = make_episode(by)
    close_episode(by=by, episode=episode, reason=reason, submit_key=uuid4(), said=said(**given))
    return Pause.objects.get()


def note(by, pause, result, **more):
    return call(by=by, pause=pause, result=result, submit_key=uuid4(), **more)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": "  "}, "words"),
        ({"naloxone": ""}, "naloxone"),
        ({"naloxone": "no"}, "naloxone"),
        ({"safe_contact": ""}, "safe_contact"),
        ({"follow_up_on": "yesterday"}, "follow_up_on"),
        ({"follow_up_on": "in two years"}, "follow_up_on"),
    ],
)
def test_what_is_missing_is_named_and_the_episode_stays_open(ana, given, field):
    days = {"yesterday": today() - timedelta(days=1), "in two years": today() + timedelta(days=730)}
    given = {name: days.get(value, value) for name, value in given.items()}
    episode = make_episode(ana)
    with pytest.raises(Refused) as refused:
        close_episode(
            by=ana, episode=episode, reason="declined_by_person", submit_key=uuid4(), said=said(**given)
        )
    assert refused.value.field == field
    episode.refresh_from_db()
    assert episode.status == "open"
    assert not Pause.objects.exists()


def test_nobody_has_to_name_a_day(ana):
    assert paused(ana, follow_up_on=None, safe_contact="").follow_up_on is None


def test_lost_contact_has_no_words_unless_some_were_said(ana):
    episode = make_episode(ana)
    close_episode(
        by=ana,
        episode=episode,
        reason="lost_contact",
        submit_key=uuid4(),
        said=said(words="", naloxone="", follow_up_on=None),
    )
    assert not Pause.objects.exists()


def test_the_call_is_on_today_from_its_day_until_it_is_noted(ana, ben):
    pause = paused(ana, follow_up_on=today() + timedelta(days=3))
    now = clock.now()
    later = now + timedelta(days=3)
    assert of_pauses(ana, now) == []
    (row,) = of_pauses(ana, later)
    assert (row.why, row.reference) == ("Asked for a call after a pause", pause.episode.reference)
    assert of_pauses(ben, later) == []
    note(ana, pause, "not_reached", next_day=today() + timedelta(days=5))
    assert of_pauses(ana, later) == []
    assert len(of_pauses(ana, later + timedelta(days=2))) == 1
    note(ana, pause, "no_more", words="Thanks; will call when ready.")
    assert of_pauses(ana, later + timedelta(days=60)) == []
    assert PauseCall.objects.count() == 2


@pytest.mark.parametrize("result", ["later", "not_reached"])
def test_a_call_that_is_tried_again_has_a_day(ana, result):
    pause = paused(ana)
    with pytest.raises(Refused) as refused:
        note(ana, pause, result)
    assert refused.value.field == "follow_up_on"
    assert not PauseCall.objects.exists()


def test_going_on_ends_the_pause(ana):
    pause = paused(ana)
    resume_episode(by=ana, episode=pause.episode)
    pause.refresh_from_db()
    assert (pause.ended_at is None, pause.follow_up_on) == (False, None)
    with pytest.raises(Conflict):
        note(ana, pause, "no_more")
    close_episode(by=ana, episode=pause.episode, reason="declined_by_person", submit_key=uuid4(), said=said())
    assert Pause.objects.count() == 2


def test_a_new_episode_asks_for_no_call_any_more(ana):
    pause = paused(ana)
    assert len(of_pauses(ana, clock.now())) == 1
    start_episode(by=ana, person=pause.episode.person)
    assert of_pauses(ana, clock.now()) == []


def test_the_page_shows_what_was_said_and_leads_on(as_user, ana):
    pause = paused(ana)
    url = reverse("intake:pause", args=[pause.episode_id])
    client = as_user(ana)
    page = client.get(url).content.decode()
    assert "I need to be with my son first." in page
    assert "Mornings, no voicemail" in page
    assert client.post(url, {}).status_code == 422
    answer = client.post(url, {"result": "goes_on"})
    assert answer.url == reverse("intake:episode-again", args=[pause.episode.person_id])
    assert client.post(url, {"result": "no_more"}).status_code == 409
    seen = Event.objects.filter(name="record.viewed", person_id=pause.episode.person_id, actor_id=ana.pk)
    assert seen.count() == 4


def test_strangers_find_no_pause(as_user, ana, ben):
    pause = paused(ana)
    assert as_user(ben).get(reverse("intake:pause", args=[pause.episode_id])).status_code == 404


def test_an_episode_without_a_pause_has_no_such_page(as_user, ana):
    episode = make_episode(ana)
    assert as_user(ana).get(reverse("intake:pause", args=[episode.pk])).status_code == 404


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE intake_pause SET said = 'x'", "intake_pause_kept"),
        ("UPDATE intake_pause SET made_at = app_now()", "intake_pause_kept"),
        ("DELETE FROM intake_pause", "intake_pause_kept"),
        ("UPDATE intake_pause SET ended_at = app_now()", "intake_pause_over_is_quiet"),
        (
            "INSERT INTO intake_pause (id, episode_id, data_key_id, said, made_by_id)"
            " SELECT gen_random_uuid(), episode_id, data_key_id, said, made_by_id FROM intake_pause",
            "intake_pause_one_open",
        ),
    ],
)
def test_the_database_keeps_it(ana, sql, code):
    paused(ana)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert refusal_code(error.value) == code
