"""What was done under an exception is looked at by somebody else, once, with a sealed note."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from audit.actors import Actor
from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from records.actions.reviews import close_review, open_review
from records.choices import ReviewKind
from records.models import Review
from records.queries.reviews import open_reviews, reviews_for
from tests.factories.accounts import make_user
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
LIST = "/staff/reviews/privacy/"
NOTE = "Called the ward; the reason fits what Jordan Lee told us."


def review_url(review):
    return reverse("records:review", args=[review.pk])


def typed(**changes):
    return {"finding": "in_order", "note": NOTE, "submit_key": str(uuid4()), **changes}


@pytest.fixture
def opened(ana):
    person = make_person(ana)
    return open_review(kind=ReviewKind.BREAK_GLASS, person=person, obj=person, by=ana)


@pytest.mark.parametrize("kind", ReviewKind.values)
def test_every_kind_has_a_time_and_can_be_opened_without_a_person(ana, kind):
    review = open_review(kind=kind, by=ana)
    assert review.due_at > clock.now()
    assert (review.subject_id, review.person_id) == (ana.pk, None)
    assert Event.objects.filter(name="review.opened", object_id=review.pk).count() == 1


def test_what_the_system_raises_can_name_whose_act_it_was(ana, sam):
    due = clock.now() + timedelta(hours=1)
    review = open_review(kind="reading_rate", by=Actor.system(), subject_id=sam.pk, due_at=due)
    assert (review.subject_id, review.due_at) == (sam.pk, due)
    assert open_review(kind="trail_alert", by=Actor.system()).subject_id is None
    with pytest.raises(Refused):
        close_review(review=review, by=sam, finding="in_order", note=NOTE)


@pytest.mark.parametrize("name", ["sam", "pia"])
def test_supervisor_and_privacy_officer_see_references_and_close(as_user, request, opened, name):
    client = as_user(request.getfixturevalue(name))
    listed = client.get(LIST).content.decode()
    assert opened.person.reference in listed
    page = client.get(review_url(opened)).content.decode()
    for text in (listed, page):
        assert "Jordan" not in text
    assert client.post(review_url(opened), typed(finding="")).status_code == 422
    assert client.post(review_url(opened), typed(note="  ")).status_code == 422
    assert client.post(review_url(opened), typed()).status_code == 302
    opened.refresh_from_db()
    assert (opened.finding, opened.note) == ("in_order", NOTE)
    assert client.post(review_url(opened), typed()).status_code == 409
    assert NOTE in client.get(review_url(opened)).content.decode()
    assert "In order" in client.get(f"{LIST}?show=closed").content.decode()
    assert "Nothing waits" in client.get(LIST).content.decode()


def test_only_who_may_open_the_record_gets_a_link_to_it(as_user, opened, sam, pia):
    link = reverse("desk:person", args=[opened.person_id])
    assert link in as_user(sam).get(review_url(opened)).content.decode()
    assert link not in as_user(pia).get(review_url(opened)).content.decode()


@pytest.mark.parametrize("name", ["ana", "cole", "audrey", "ada"])
def test_others_see_none_of_it(as_user, request, opened, name):
    user = request.getfixturevalue(name)
    client = as_user(user)
    assert client.get(LIST).status_code == client.get(review_url(opened)).status_code == 403
    assert not reviews_for(user).exists()
    with pytest.raises(Refused):
        close_review(review=opened, by=user, finding="in_order", note=NOTE)


def test_nobody_closes_their_own_not_even_in_sql(as_user, sam):
    own = open_review(kind="late_record", by=sam)
    client = as_user(sam)
    assert "somebody else reviews it" in client.get(LIST).content.decode()
    assert client.post(review_url(own), typed()).status_code == 422
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_review SET closed_at = now(), closed_by_id = subject_id, finding = 'in_order',"
            " note = '\\x01' WHERE id = %s",
            [own.pk],
        )
    assert refusal_code(error.value) == "records_review_not_ones_own"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("due_at = due_at + interval '1 year'", "records_review_frozen"),
        ("kind = 'late_record'", "records_review_frozen"),
        ("subject_id = NULL", "records_review_frozen"),
        ("finding = 'in_order'", "records_review_close_complete"),
    ],
)
def test_an_entry_stays_as_it_was_opened(opened, change, code):
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE records_review SET {change} WHERE id = %s", [opened.pk])
    assert refusal_code(error.value) == code


def test_what_was_closed_stays_closed_and_nothing_is_deleted(opened, sam, pia):
    close_review(review=opened, by=sam, finding="follow_up", note=NOTE)
    with pytest.raises(Conflict):
        close_review(review=opened, by=pia, finding="in_order", note=NOTE)
    for statement in (
        "UPDATE records_review SET closed_at = NULL, closed_by_id = NULL, finding = '', note = NULL",
        "DELETE FROM records_review",
    ):
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refusal_code(error.value) == "records_review_frozen"


def test_the_note_is_sealed(opened, sam):
    close_review(review=opened, by=sam, finding="follow_up", note=NOTE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_review::text FROM records_review")
        (row,) = cursor.fetchone()
    assert NOTE.encode().hex() not in row
    assert "Jordan" not in row
    assert Event.objects.filter(name="review.closed", actor_id=sam.pk).count() == 1


def test_today_counts_what_waits_and_what_is_late(as_user, ana, sam, opened, django_assert_num_queries):
    assert not [item for item in items_for(ana, clock.now()) if item.kind == "privacy_review"]
    open_review(kind="late_record", by=ana, due_at=clock.now() - timedelta(minutes=1))
    open_review(kind="late_record", by=sam)
    (item,) = [item for item in items_for(sam, clock.now()) if item.kind == "privacy_review"]
    assert item.why == "2 to review, 1 overdue"
    assert "2 to review, 1 overdue" in as_user(sam).get("/staff/").content.decode()
    with django_assert_num_queries(1):
        list(open_reviews(sam))


def test_a_second_supervisor_closes_what_the_first_did(opened, sam):
    own = open_review(kind="emergency_disclosure", by=sam)
    other = make_user("supervisor", "sol")
    close_review(review=own, by=other, finding="in_order", note=NOTE)
    assert Review.objects.get(pk=own.pk).closed_by == other
