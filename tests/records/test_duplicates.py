"""Who may be the same person is suggested to staff with reasons, and "not the same" is remembered."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Refused
from intake.models import RequestNotPerson
from records.actions.merging import say_different
from records.models import DataKey, DifferentPeople
from records.queries.duplicates import known_of, possible_same
from records.rules.duplicates import Known
from tests.factories.contact import make_request
from tests.factories.episodes import make_episode
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
PHONE, BORN = "+18045550101", "1988-04-02"


def found(user, person):
    return [(one.person, str(one.match.strength)) for one in possible_same(user, known_of(person), person)]


@pytest.fixture
def robert(ana):
    return make_person(ana, "Robert Smith", phone=PHONE, date_of_birth=BORN)


def test_misspelt_and_nicknames_are_found_with_reasons(ana, robert):
    smyth = make_person(ana, "R. Smyth", phone=None, date_of_birth=BORN)
    bob = make_person(ana, "Bob Smith", phone=PHONE, date_of_birth=None)
    assert found(ana, robert) == [(bob, "likely"), (smyth, "possible")]
    [match] = [one.match for one in possible_same(ana, known_of(robert), robert) if one.person == bob]
    assert match.reasons == ("The names sound or look alike", "Same phone number")


def test_a_name_alone_is_found_misspelt_too(ana, robert):
    alike = make_person(ana, "Robert Smythe", phone=None, date_of_birth=None)
    assert (alike, "possible") in found(ana, robert)


def test_twins_are_never_likely(ana, robert):
    twin = make_person(ana, "Richard Smith", phone=PHONE, date_of_birth=BORN)
    assert found(ana, robert) == [(twin, "possible")]


def test_people_off_ones_list_are_not_shown(ana, ben, robert):
    make_person(ben, "Bob Smith", phone=PHONE)
    assert found(ana, robert) == []


def test_not_the_same_is_remembered_from_either_side(ana, robert):
    twin = make_person(ana, "Richard Smith", phone=PHONE, date_of_birth=BORN)
    row = say_different(by=ana, person=robert, other=twin, reason="Their mother says twins")
    assert found(ana, robert) == [] == found(ana, twin)
    assert (row.by, row.reason) == (ana, "Their mother says twins")
    assert say_different(by=ana, person=twin, other=robert, reason="again").pk == row.pk
    assert Event.objects.filter(name="person.said_different").count() == 1


def test_it_needs_a_reason(ana, robert):
    other = make_person(ana, "Bob Smith")
    with pytest.raises(Refused):
        say_different(by=ana, person=robert, other=other, reason=" ")


def test_the_database_keeps_it(ana, robert):
    other = make_person(ana, "Bob Smith")
    say_different(by=ana, person=robert, other=other, reason="twins")
    for sql in ("DELETE FROM records_differentpeople", "UPDATE records_differentpeople SET at = now()"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)
    row = DifferentPeople.objects.get()
    row.pk, row.first, row.second = None, row.second, row.first
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    assert refusal_code(caught.value) == "records_differentpeople_in_order"


def test_the_queries_do_not_grow_with_people(ana, robert):
    def count():
        with CaptureQueriesContext(connection) as seen:
            possible_same(ana, known_of(robert), robert)
        return len(seen)

    make_person(ana, "Bob Smith", phone=PHONE)
    count()
    few = count()
    for number in range(12):
        make_person(ana, f"Bob Smith{'abcdefghijkl'[number]}", phone=PHONE, date_of_birth=BORN)
    assert count() == few == 2
    assert len(possible_same(ana, known_of(robert), robert)) == 5


def test_the_persons_page_shows_them_and_leaves_an_event(as_user, ana, robert):
    bob = make_person(ana, "Bob Smith", phone=PHONE)
    shown = as_user(ana).get(reverse("desk:person", args=[robert.pk])).content.decode()
    assert "Same person?" in shown
    assert bob.reference in shown
    assert Event.objects.get(name="list.viewed").ids["what"] == "possible same people"


def test_starting_an_episode_says_why_somebody_may_be_on_file(as_user, ana, robert):
    typed = {"name": "Bob Smith", "phone": "804 555 0101", "language": "en"}
    answer = as_user(ana).post(reverse("intake:episode-start"), typed)
    assert answer.status_code == 422
    assert "Same phone number" in answer.content.decode()


def test_a_record_that_can_not_be_opened_takes_no_page_with_it(as_user, ana, robert):
    gone = make_person(ana, "Bob Smith", phone=PHONE)
    DataKey.objects.filter(pk=gone.data_key_id).update(wrapped=None, destroyed_at=clock.now())
    assert found(ana, robert) == []
    assert as_user(ana).get(reverse("desk:person", args=[robert.pk])).status_code == 200


# ------------------------------------------------------------------ requests


def test_a_persons_own_request_shows_who_it_may_be(as_user, ana, robert):
    request = make_request(ana, who="me", call_name="Bob", phone=PHONE)
    shown = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    assert "May be on file" in shown
    assert robert.reference in shown


@pytest.mark.parametrize("who", ["family", "professional"])
def test_nobody_is_looked_up_for_somebody_elses_request(as_user, ana, robert, who):
    request = make_request(ana, who=who, call_name="Robert Smith", phone=PHONE)
    shown = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    assert robert.reference not in shown


def test_off_ones_list_only_the_reference_shows(as_user, ana, ben):
    other = make_person(ben, "Robert Smith", phone=PHONE)
    request = make_request(ana, who="me", call_name="Bob", phone=PHONE)
    shown = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    assert other.reference in shown
    assert "Robert Smith" not in shown


def test_not_the_same_is_remembered_for_a_request(as_user, ana, robert):
    request = make_request(ana, who="me", call_name="Bob", phone=PHONE)
    address = reverse("intake:request-not-from", args=[request.pk])
    assert as_user(ana).post(address, {"person": str(robert.pk)}).status_code == 302
    shown = as_user(ana).get(reverse("intake:request-detail", args=[request.pk])).content.decode()
    assert robert.reference not in shown
    assert RequestNotPerson.objects.get().by == ana
    stranger = make_episode(ana, "Casey Moon", phone="+18045559999").person
    assert as_user(ana).post(address, {"person": str(stranger.pk)}).status_code == 404


def test_nine_requests_from_one_number_are_one_item_with_a_count(as_user, ana):
    for _ in range(9):
        make_request(ana, phone=PHONE)
    make_request(ana, phone="+18045550102", call_name="Wren")
    shown = as_user(ana).get(reverse("intake:request-list")).content.decode()
    assert shown.count("<tr") == 3
    assert "9 from this number" in shown
    everything = as_user(ana).get(reverse("intake:request-list") + "?show=all").content.decode()
    assert everything.count("<tr") == 11


def test_the_one_shown_is_the_most_urgent(as_user, ana):
    make_request(ana, phone=PHONE)
    urgent = make_request(ana, phone=PHONE, danger="yes")
    shown = as_user(ana).get(reverse("intake:request-list")).content.decode()
    assert urgent.reference in shown
    assert "Danger" in shown


def test_nothing_known_finds_nobody(ana):
    make_person(ana)
    assert possible_same(ana, Known()) == []
