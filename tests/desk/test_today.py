"""Today: one row for each thing that waits, most urgent first, in a fixed number of queries."""

from datetime import timedelta

import pytest

from audit.models import Event
from config import clock
from desk.today import Item, counts_of, items_for, only
from tests.factories.episodes import make_assessment


def item(due_in=None, **given):
    now = clock.now()
    due = None if due_in is None else now + timedelta(minutes=due_in)
    values = {"who": "Jo", "reference": "R", "why": "", "action": "Open", "url": "/", "kind": "mine"}
    return Item(due_at=due, **{**values, **given})


@pytest.mark.django_db
def test_an_empty_day_says_so(as_user, ana):
    page = as_user(ana).get("/staff/").content.decode()
    assert "No one is waiting for a call" in page


@pytest.mark.django_db
def test_counts_count_what_their_filter_shows():
    now = clock.now()
    items = [item(-5), item(5), item(50, kind="clinician"), item(kind="partner"), item(-1, kind="partner")]
    for count in counts_of(items, now):
        assert count.number == len(only(items, count.key, now)), count.key
    assert [count.number for count in counts_of(items, now)] == [2, 1, 2, 1, 2]


@pytest.mark.django_db
def test_work_of_every_kind_is_listed_for_who_may_see_it(as_user, ana, cole, audrey):
    make_assessment(ana, name="Jordan Lee")
    page = as_user(ana).get("/staff/").content.decode()
    assert "Jordan Lee" in page
    assert "Resume" in page
    assert "Jordan Lee" not in as_user(audrey).get("/staff/").content.decode()


@pytest.mark.django_db
def test_seeing_names_on_today_is_audited(as_user, ana):
    make_assessment(ana, name="Jordan Lee")
    client = as_user(ana)
    for _ in range(3):
        client.get("/staff/", headers={"x-refresh": "1"})
    assert Event.objects.filter(name="list.viewed", actor_id=ana.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(count, ana, django_assert_max_num_queries):
    for number in range(count):
        make_assessment(ana, name=f"Person {number}", phone=f"+1804555{number:04}")
    with django_assert_max_num_queries(28):
        items_for(ana, clock.now())


@pytest.mark.django_db
def test_a_refresh_answers_with_the_list_alone(as_user, ana):
    answer = as_user(ana).get("/staff/", headers={"hx-request": "true"})
    assert b"<html" not in answer.content
    assert b"Refresh" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("name,offered", [("ana", True), ("sam", True), ("audrey", False), ("ada", False)])
def test_taking_a_call_is_offered_to_who_may(as_user, request, name, offered):
    page = as_user(request.getfixturevalue(name)).get("/staff/").content.decode()
    assert ("Log an incoming call" in page) is offered
