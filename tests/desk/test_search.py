"""Looking for people: within one's list by any spelling, outside it by exact matches and references alone."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Event
from intake.models import Episode
from records.actions.break_glass import set_restricted
from records.models import CareTeam, Review
from records.queries import people_for
from tests.factories.contact import make_request
from tests.factories.episodes import make_episode
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
PEOPLE, CALLING = "/staff/people/", "/staff/people/calling-now/"
ELSEWHERE = "On file, not on your list"


def look(client, query="", **typed) -> str:
    return client.post(PEOPLE + query, typed).content.decode()


def test_exact_comes_before_alike_and_says_so(as_user, ana):
    make_person(ana, "Jordan Leigh", phone=None)
    make_person(ana, "Jordan Lee")
    make_person(ana, "Riley Park")
    page = look(as_user(ana), name="jordan lee")
    assert page.index("Exactly as typed") < page.index("Jordan Leigh") < page.index("Sounds or looks alike")
    assert "Riley" not in page
    assert "Jordan Leigh" in look(as_user(ana), name="Jordon Leigh")


@pytest.mark.parametrize("typed", [{}, {"name": "Le"}, {"name": "J. "}, {"phone": "123"}])
def test_too_little_finds_nothing(as_user, ana, typed):
    make_person(ana, "Le")
    assert as_user(ana).post(PEOPLE, typed).status_code == 422


def test_two_letters_are_enough_with_something_else(as_user, ana):
    person = make_person(ana, "Le")
    assert person.reference in look(as_user(ana), name="Le", phone="804 555 0123")


def test_a_search_is_recorded_without_its_words(as_user, ana):
    person = make_person(ana, "Jordan Lee")
    look(as_user(ana), name="Jorden Lee")
    event = Event.objects.get(name="people.searched")
    assert (event.fields, event.ids["count"], event.ids["found"]) == (["name"], 1, [str(person.pk)])
    assert "Jord" not in str(event.ids)


def test_outside_ones_list_only_exact_matches_and_no_more_than_a_reference(as_user, ana, ben):
    theirs = make_person(ben, "Jordan Lee")
    client = as_user(ana)
    for typed in ({"name": "Jordan Lee"}, {"phone": "804 555 0123"}, {"date_of_birth": "1990-03-03"}):
        page = look(client, **typed)
        assert ELSEWHERE in page and theirs.reference in page
        assert page.count("Jordan") == page.count('value="Jordan Lee"')
    for typed in ({"name": "Jorden Lee"}, {"name": "Jordan Lee", "phone": "804 555 0199"}):
        assert ELSEWHERE not in look(client, **typed)
    assert ELSEWHERE not in client.get(PEOPLE).content.decode()
    assert ELSEWHERE not in look(as_user(ben), name="Jordan Lee")
    event = Event.objects.filter(name="people.found_elsewhere", actor_id=ana.pk).first()
    assert event.ids["found"] == [str(theirs.pk)]


def test_a_restricted_record_is_not_found_elsewhere(as_user, ana, ben, sam):
    theirs = make_person(ben, "Jordan Lee")
    set_restricted(person=theirs, by=sam, restricted=True, reason="vip")
    page = look(as_user(ana), name="Jordan Lee")
    assert ELSEWHERE not in page and theirs.reference not in page
    assert ELSEWHERE not in look(as_user(sam), name="Jordan Lee")


def test_a_known_caller_is_joined_and_reviewed(as_user, ana, ben):
    theirs = make_person(ben, "Jordan Lee")
    client = as_user(ana)
    look(client, name="Jordan Lee")
    answer = client.post(CALLING, {"person": str(theirs.pk)})
    episode = Episode.objects.get(person=theirs)
    assert answer.url == reverse("intake:safety-check", args=[episode.pk])
    assert people_for(ana).get() == theirs
    row = CareTeam.objects.get(user=ana)
    review = Review.objects.get(kind="joined_by_search")
    assert (row.reason, review.object_id, review.subject, review.person) == (
        "calling_now",
        row.pk,
        ana,
        theirs,
    )


def test_with_an_open_episode_one_joins_that(as_user, ana, ben):
    episode = make_episode(ben)
    client = as_user(ana)
    look(client, name="Jordan Lee")
    answer = client.post(CALLING, {"person": str(episode.person_id)})
    assert answer.url == reverse("desk:person", args=[episode.person_id])
    assert Episode.objects.count() == 1


def test_only_whom_the_last_search_found_can_be_joined(as_user, ana, ben):
    theirs = make_person(ben, "Jordan Lee")
    client = as_user(ana)
    for wanted in (str(theirs.pk), str(uuid4()), "", "x"):
        assert client.post(CALLING, {"person": wanted}).status_code == 409
    look(client, name="Jordan Lee")
    look(client, name="Quinn Ashby")
    assert client.post(CALLING, {"person": str(theirs.pk)}).status_code == 409
    assert client.get(CALLING).status_code == 405
    assert not CareTeam.objects.filter(user=ana).exists()


def test_from_a_familys_request_it_asks_why(as_user, ana):
    person = make_person(ana, "Jordan Lee")
    asked = make_request(ana, who="family")
    client, query = as_user(ana), f"?request={asked.pk}"
    detail = client.get(reverse("intake:request-detail", args=[asked.pk])).content.decode()
    assert f"{PEOPLE}{query}" in detail
    page = client.get(PEOPLE + query).content.decode()
    assert "tell the caller nothing" in page and "Jordan" not in page
    assert client.post(PEOPLE + query, {"name": "Jordan Lee"}).status_code == 422
    assert not Event.objects.filter(name="people.searched").exists()
    assert person.reference in look(client, query, name="Jordan Lee", why="consent")
    event = Event.objects.get(name="people.searched")
    assert (event.ids["why"], event.ids["contact_request"]) == ("consent", str(asked.pk))
    asked.refresh_from_db()
    assert not asked.episodes.exists()


def test_from_a_familys_request_nothing_shows_of_other_lists(as_user, ana, ben):
    make_person(ben, "Jordan Lee")
    asked = make_request(ana, who="family")
    assert ELSEWHERE not in look(as_user(ana), f"?request={asked.pk}", name="Jordan Lee", why="danger")


@pytest.mark.parametrize("name", ["pia", "audrey", "ada"])
def test_roles_without_people_find_nobody(as_user, request, ana, name):
    make_person(ana, "Jordan Lee")
    client = as_user(request.getfixturevalue(name))
    assert client.post(PEOPLE, {"name": "Jordan Lee"}).status_code == 403
    assert client.post(CALLING, {}).status_code == 403


def test_starting_an_episode_for_somebody_elses_person(as_user, ana, ben):
    theirs = make_person(ben, "Jordan Lee")
    client, url = as_user(ana), reverse("intake:episode-start")
    typed = {"name": "Jordan Lee", "language": "en", "submit_key": str(uuid4())}
    page = client.post(url, typed)
    assert page.status_code == 422
    assert f"{theirs.reference}, not on your list" in page.content.decode()
    assert "1990" not in page.content.decode()
    assert client.post(url, {**typed, "use_person": str(theirs.pk)}).status_code == 302
    assert Episode.objects.get().person == theirs
    assert Review.objects.get(kind="joined_by_search").subject == ana
