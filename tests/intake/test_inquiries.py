"""Someone asks about a person: the same words for everybody, a log, and no look at anybody's record."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from intake.models import CallAttempt, ContactRequest
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db
PAGE = "/staff/requests/about-a-person/"


def typed(**changes):
    return {"message": "", "language": "en", "submit_key": str(uuid4()), **changes}


def test_the_page_says_the_one_sentence_and_has_no_search(as_user, ana):
    page = as_user(ana).get(PAGE).content.decode()
    assert "Federal law does not allow us to say whether any person is or has been here" in page
    assert 'lang="es"' in page
    assert 'name="name"' not in page and "Search" not in page
    assert PAGE in as_user(ana).get("/staff/").content.decode()


def test_the_page_reads_nothing_about_anybody(as_user, ana):
    make_person(ana, "Jordan Lee")
    client = as_user(ana)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)
        client.post(PAGE, typed(message="Jordan Lee took 60 g yesterday."))
    tables = " ".join(one["sql"] for one in captured)
    assert "intake_contactrequest" in tables
    assert "records_person" not in tables and "intake_episode" not in tables


def test_a_call_without_a_message_is_logged_and_closed(as_user, ana):
    assert as_user(ana).post(PAGE, typed()).status_code == 302
    asked = ContactRequest.objects.get()
    assert (asked.kind, asked.source, asked.status, asked.phone_index) == (
        "information",
        "phone",
        "closed",
        None,
    )
    assert CallAttempt.objects.get().by == ana
    assert Event.objects.get(name="contact_request.inquiry_logged").person_id is None


def test_a_message_is_kept_sealed_and_read_by_clinicians_and_supervisors(as_user, ana, cole):
    client = as_user(ana)
    answer = typed(message="Jordan Lee took 60 g yesterday.")
    assert client.post(PAGE, answer).status_code == client.post(PAGE, answer).status_code == 302
    asked = ContactRequest.objects.get()
    assert asked.status == "new" and not asked.episodes.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT intake_contactrequest::text FROM intake_contactrequest")
        assert b"Jordan Lee".hex() not in cursor.fetchone()[0]
    url = f"/staff/requests/{asked.pk}/"
    assert "60 g" in as_user(cole).get(url).content.decode()
    assert "60 g" not in as_user(ana).get(url).content.decode()


@pytest.mark.parametrize("name", ["pia", "audrey", "ada"])
def test_who_takes_no_calls_has_no_such_page(as_user, request, name):
    assert as_user(request.getfixturevalue(name)).get(PAGE).status_code == 403
