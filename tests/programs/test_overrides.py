"""Decisions that differ from the suggestion: which way, why, of whom, and for whose eyes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from programs.actions.determinations import Choice
from programs.actions.second_views import decline
from programs.overrides import in_words, overrides_for
from programs.views import overrides as page
from records.models import Person
from tests.factories.care import BELOW, make_determination, make_signed
from tests.factories.episodes import make_episode
from tests.factories.records import clinicians_join

pytestmark = pytest.mark.django_db
ADDRESS = "programs:override-list"
ELSEWHERE = Choice("refer", detox_first=True, reason="Needs a unit that treats eating disorders first.")
HIGHER = Choice("other", "inpatient", True, "Two falls this week; nobody at home to help at night.")


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_each_says_which_way_it_goes_from_what_to_what_and_why(ana, cole, as_user):
    make_signed(ana, cole)
    lower = make_signed(ana, cole, BELOW, name="Riley Park")
    higher = make_signed(ana, cole, HIGHER, name="Sky Moss")
    away = make_signed(ana, cole, ELSEWHERE, name="Casey Moon")
    found = {one.signed.pk: one for one in in_words(overrides_for(cole))}
    assert {key: one.way for key, one in found.items()} == {
        lower.pk: "down",
        higher.pk: "up",
        away.pk: "elsewhere",
    }
    assert found[lower.pk].decided == "Intensive outpatient (IOP)"
    assert found[lower.pk].suggested.startswith("Medical detox at a partner first")
    shown = words_of(as_user(cole).get(reverse(ADDRESS)))
    for part in (BELOW.reason, HIGHER.reason, ELSEWHERE.reason, lower.episode.reference, cole.display_name):
        assert part in shown
    assert "3 decisions: 1 to more care, 1 to less care, 0 to the same level, 1 elsewhere." in shown
    assert "Waits for a second view" in shown
    assert Event.objects.filter(name="list.viewed", ids__what="decisions that differ").exists()


def test_one_that_was_declined_stays_on_the_list(ana, cole, dana, as_user):
    decline(determination=make_signed(ana, cole, BELOW), words="A seizure last year speaks against.", by=dana)
    shown = words_of(as_user(cole).get(reverse(ADDRESS)))
    assert "A second clinician declined" in shown
    assert "Replaced" in shown


def test_it_shows_no_name_and_nobody_off_the_viewers_list(ana, cole, dana, as_user):
    mine = make_signed(ana, cole, BELOW)
    hidden = make_signed(ana, cole, BELOW, name="Riley Park")
    Person.objects.filter(pk=hidden.episode.person_id).update(restricted=True)
    hidden.episode.person.team.filter(user=dana).delete()
    shown = words_of(as_user(dana).get(reverse(ADDRESS)))
    assert mine.episode.reference in shown
    assert hidden.episode.reference not in shown
    assert "Jordan" not in shown


@pytest.mark.parametrize("who", ["ana", "pia", "audrey", "ada"])
def test_it_is_for_supervisors_and_clinicians(who, request, as_user, sam):
    client = as_user(request.getfixturevalue(who))
    assert client.get(reverse(ADDRESS)).status_code == 403
    if who == "ana":
        assert reverse(ADDRESS) not in client.get(reverse("programs:review-list")).content.decode()
    client = as_user(sam)
    assert client.get(reverse(ADDRESS)).status_code == 200
    assert reverse(ADDRESS) in client.get(reverse("programs:review-list")).content.decode()


def test_more_rows_need_no_more_queries_and_the_list_ends(ana, cole, as_user, monkeypatch):
    def add(name):
        episode = make_episode(ana, name)
        clinicians_join(episode.person, ana)
        make_determination(episode, cole, outcome="other", reason="Seen today, and steady enough.")

    client = as_user(cole)
    add("One Person")
    client.get(reverse(ADDRESS))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(ADDRESS))
    for number in range(5):
        add(f"Person {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(ADDRESS))
    assert len(many) == len(few)
    assert "6 decisions" in words_of(client.get(reverse(ADDRESS)))
    monkeypatch.setattr(page, "SHOWN", 4)
    assert "4+ decisions" in words_of(client.get(reverse(ADDRESS)))
