"""One record that can't be opened takes nothing else with it."""

import pytest
from django.urls import reverse

from audit.models import Event
from config import clock
from outbox.sweeps import registered
from records.fields import around_closed
from records.models import DataKey, Person
from tests.factories.records import make_person
from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, may_open, parts_of

pytestmark = pytest.mark.django_db


def damage(person):
    DataKey.objects.filter(pk=person.data_key_id).update(wrapped=b"\x01\x02k1" + b"x" * 60)


def destroy(person):
    DataKey.objects.filter(pk=person.data_key_id).update(wrapped=None, destroyed_at=clock.now())


CLOSE = pytest.mark.parametrize("close", [damage, destroy])


@CLOSE
def test_its_page_says_so_and_the_look_is_recorded(as_user, ana, close):
    person = make_person(ana)
    close(person)
    page = as_user(ana).get(reverse("desk:person", args=[person.pk]))
    assert page.status_code == 410
    assert "This record can't be opened" in page.content.decode().replace("&#x27;", "'")
    event = Event.objects.get(name="record.closed")
    assert (event.person_id, event.actor_id) == (person.pk, ana.pk)
    assert event.ids["key"] == str(person.data_key_id)


@CLOSE
@pytest.mark.parametrize("role", ["admissions", "clinician", "supervisor", "privacy"])
def test_every_list_goes_around_it_and_no_page_breaks(ana, cole, dana, role, close):
    world = build_world(ana, cole, dana)
    close(world.ordinary.person)
    client, wrong = browser(role), []
    user = type(ana).objects.get(email=f"visiting{role}@demo.example")
    for address in ADDRESSES:
        if address.access.kind != "staff" or not may_open(user, address.access):
            continue
        page = client.get(address.url(parts_of(address, world, world.ordinary)))
        expected = {200, 302, 404, 405} if not address.parts else {200, 302, 404, 405, 409, 410}
        if page.status_code not in expected:
            wrong.append(f"{address.name}: {page.status_code}")
    assert not wrong


@CLOSE
def test_a_list_shows_the_others(as_user, ana, close):
    closed, _ = make_person(ana, "Jordan Lee"), make_person(ana, "Riley Park")
    close(closed)
    page = as_user(ana).get(reverse("desk:people"))
    assert page.status_code == 200
    assert "Riley Park" in page.content.decode()
    assert "Can't be opened" in page.content.decode().replace("&#x27;", "'")


@CLOSE
def test_deadlines_of_others_are_kept(ana, cole, dana, close):
    """A sweep that opened the closed record would stop, with everything else that was due."""
    world = build_world(ana, cole, dana)
    close(world.ordinary.person)
    for sweep in registered():
        sweep(clock.now())


def test_what_is_shown_in_its_place_is_never_saved(ana):
    person = make_person(ana)
    damage(person)
    with around_closed():
        row = Person.objects.get(pk=person.pk)
        assert row.name == "Can't be opened"
        before = Person.objects.values_list("name", flat=True).get().data
        row.save()
    assert Person.objects.values_list("name", flat=True).get().data == before
