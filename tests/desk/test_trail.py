"""The trail's pages: events without content, each look recorded, and who looked at one record."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import record, record_view
from audit.models import Event
from config import clock
from desk.alerts import review_many_records
from outbox import sweeps
from records.models import Review
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_person(ana, name="Robin Vale")


def last(name):
    return Event.objects.filter(name=name).latest("at")


def test_the_auditor_sees_events_and_no_names_of_people_in_care(audrey, ana, person, as_user):
    record_view(by=ana, person=person, what="assessment")
    page = as_user(audrey).get(reverse("desk:trail")).content.decode()
    assert "looked at: assessment" in page
    assert person.reference in page
    assert ana.display_name in page
    assert "Robin" not in page
    assert last("trail.viewed").actor_id == audrey.pk


def test_limits_are_posted_and_only_their_names_recorded(audrey, ana, cole, person, as_user):
    other = make_person(ana, name="Quinn Ash", phone="+18045550177")
    record_view(by=cole, person=person, what="person")
    record_view(by=ana, person=other, what="person")
    response = as_user(audrey).post(
        reverse("desk:trail"), {"reference": person.reference, "kind": "record.viewed"}
    )
    page = response.content.decode()
    assert cole.display_name in page
    assert other.reference not in page
    assert last("trail.viewed").fields == ["kind", "reference"]
    assert as_user(audrey).post(reverse("desk:trail"), {"reference": "JH-00000"}).status_code == 422
    by_mail = as_user(audrey).post(reverse("desk:trail"), {"actor": ana.email}).content.decode()
    assert cole.display_name not in by_mail


def test_older_events_come_by_keyset(audrey, ana, person, as_user):
    for number in range(120):
        record("test.done", by=ana, n=number)
    client, seen, before = as_user(audrey), [], ""
    for _ in range(3):
        response = client.post(reverse("desk:trail"), {"actor": ana.email, "before": before})
        seen += [row.event.ids["n"] for row in response.context["page"].rows if row.event.name == "test.done"]
        before = response.context["page"].older
    assert sorted(seen) == list(range(120))
    assert before == ""


def test_the_number_of_queries_does_not_grow(audrey, ana, cole, as_user, django_assert_num_queries):
    client = as_user(audrey)
    client.get(reverse("desk:trail"))
    record_view(by=ana, person=make_person(ana), what="person")
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("desk:trail"))
    for number in range(40):
        one = make_person(ana, phone=f"+1804555{number:04d}")
        record_view(by=(ana, cole)[number % 2], person=one, what="person")
    with django_assert_num_queries(len(few)):
        client.get(reverse("desk:trail"))


def test_one_event_shows_what_it_holds_and_is_a_look_itself(audrey, ana, person, as_user):
    made = record_view(by=ana, person=person, what="packet")
    page = as_user(audrey).get(reverse("desk:trail-event", args=[made.pk])).content.decode()
    assert str(made.pk) in page
    assert "Not sealed yet" in page
    assert last("trail.event_viewed").object_id == made.pk


def test_who_looked_at_a_record_matches_who_did(sam, ana, cole, person, as_user):
    record_view(by=cole, person=person, what="assessment")
    record_view(by=ana, person=person, what="consents")
    page = as_user(sam).get(reverse("desk:looks", args=[person.pk]))
    rows = [(row.who, row.what) for row in page.context["page"].rows if row.event.name == "record.viewed"]
    assert rows == [(str(ana), "looked at: consents"), (str(cole), "looked at: assessment")]
    assert "Robin" not in page.content.decode()
    assert last("looks.viewed").person_id == person.pk
    sheet = as_user(sam).post(reverse("desk:looks", args=[person.pk]))
    assert sheet["Content-Type"].startswith("text/csv")
    assert "looked at: assessment" in sheet.content.decode()
    assert last("looks.exported").person_id == person.pk


@pytest.mark.parametrize(
    "role,status", [("audrey", 302), ("pia", 302), ("sam", 302), ("ana", 403), ("ada", 403)]
)
def test_the_record_is_found_by_reference(request, person, as_user, role, status):
    client = as_user(request.getfixturevalue(role))
    response = client.post(reverse("desk:looks-find"), {"reference": person.reference.lower()})
    assert response.status_code == status
    if status == 302:
        assert client.post(reverse("desk:looks-find"), {"reference": "JH-00000"}).status_code == 422


def test_the_export_needs_a_reason_and_is_recorded(audrey, as_user):
    client = as_user(audrey)
    assert client.post(reverse("desk:trail-export")).status_code == 422
    response = client.post(reverse("desk:trail-export"), {"reason": "investigation"})
    lines = [json.loads(line) for line in b"".join(response).splitlines()]
    assert lines[0]["clearway"] == "audit export 1"
    assert lines[-1]["end"]["waiting"] == Event.objects.count()
    assert last("trail.exported").ids == {"reason": "investigation"}


def test_thirty_records_in_an_hour_land_on_the_review_list_once(ana, as_user, settings):
    settings.RECORDS_PER_HOUR = 3
    people = [make_person(ana, phone=f"+180455501{number:02d}") for number in range(3)]
    for one in people[:2] * 3:
        record_view(by=ana, person=one, what="person")
    review_many_records(clock.now())
    assert not Review.objects.filter(kind="reading_rate").exists(), (
        "the same record again is no further record"
    )
    record_view(by=ana, person=people[2], what="person")
    review_many_records(clock.now())
    review_many_records(clock.now())
    assert [one.subject_id for one in Review.objects.filter(kind="reading_rate")] == [ana.pk]
    assert review_many_records in sweeps.registered()


def test_what_stands_out_counts(audrey, ana, person, as_user):
    for _ in range(3):
        record("account.sign_in_failed", by=ana, obj=ana)
    record_view(by=ana, person=person, what="person")
    page = as_user(audrey).get(reverse("desk:trail-activity"))
    assert [(one.who, one.number) for one in page.context["failed"]] == [(str(ana), 3)]
    assert (str(ana), 1) in [(one.who, one.number) for one in page.context["readers"]]
    assert clock.now() - last("trail.activity_viewed").at < timedelta(minutes=1)
