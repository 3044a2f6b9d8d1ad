"""Complaints about privacy: from anybody, sealed, for the privacy officer alone, leading to nobody."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse

from audit.models import Event
from config.errors import Conflict, Refused
from outbox.models import Message
from records.actions.complaints import answer_complaint, submit_complaint
from records.models import Complaint, Person
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(databases=["default", "public"], transaction=True)
TYPED = {"text": "A nurse told my boss that I was there.", "name": "", "contact": ""}
KEY = "6f1f6f5e-5a0b-4b8e-9a57-0d2f0b8f5a11"


def send(client, prefix="", **changes):
    return client.post(f"{prefix}/complaint/", {**TYPED, "submit_key": KEY, **changes})


def plain(client, url):
    return client.get(url).content.decode()


@pytest.mark.parametrize(("prefix", "thanks"), [("", "Thank you for telling us"), ("/es", "Gracias por")])
def test_anybody_complains_without_a_name(client, prefix, thanks):
    response = send(client, prefix)
    assert (response.status_code, response.url) == (303, f"{prefix}/request/sent/")
    made = Complaint.objects.get()
    assert made.details["text"] == TYPED["text"] and made.details["name"] == ""
    assert made.language == (prefix.strip("/") or "en")
    sent = plain(client, response.url)
    assert made.reference in sent and thanks in sent
    assert "boss" not in sent
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(c)::text FROM records_complaint c")
        assert "boss" not in cursor.fetchone()[0]


def test_the_same_answer_whatever_is_written(client, ana):
    first = send(client, text="About Jordan Lee")
    second = send(client, text="About nobody at all", submit_key="0f1f6f5e-5a0b-4b8e-9a57-0d2f0b8f5a12")
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert len(first.cookies["request"].value) == len(second.cookies["request"].value)


def test_sending_twice_stores_once(client):
    send(client)
    send(client)
    assert Complaint.objects.count() == 1
    assert Message.objects.filter(kind="records.complaint_received").count() == 1


def test_an_empty_one_is_explained(client):
    response = send(client, text="")
    assert response.status_code == 422 and "Write what happened" in response.content.decode()


def test_a_machine_is_kept_and_marked(client):
    send(client, website="http://spam.example")
    assert Complaint.objects.get().details["suspicion"] == "trap"


def test_it_says_how_to_complain_to_the_secretary(client):
    for prefix in ("", "/es"):
        page = plain(client, f"{prefix}/complaint/")
        assert "1-800-368-1019" in page and "200 Independence Avenue" in page


def test_it_points_at_no_person_and_no_staff():
    """Nothing in the table can be held against who wrote: the only user is who closed it."""
    targets = {field.name: field.related_model for field in Complaint._meta.get_fields() if field.is_relation}
    assert set(targets) == {"data_key", "closed_by"}
    assert Person not in targets.values()


def test_the_public_role_reads_nothing_back():
    submit_complaint(submit_key=UUID(KEY), details=TYPED, language="en")
    with pytest.raises(DatabaseError), connections["public"].cursor() as cursor:
        cursor.execute("SELECT * FROM records_complaint")


@pytest.mark.parametrize("sealed", [b"", b"plain text that is long enough to look like something sealed up"])
def test_the_function_takes_sealed_bytes_only(sealed):
    values = (KEY, KEY, "JH-ABCDEFGH", KEY, b"x" * 80, "k1", sealed, "en")
    with pytest.raises(DatabaseError), transaction.atomic("public"), connections["public"].cursor() as cursor:
        cursor.execute("SELECT submit_complaint(%s, %s, %s, %s, %s, %s, %s, %s)", values)


@pytest.mark.parametrize("role", ["admissions", "clinician", "supervisor", "auditor", "administrator"])
def test_nobody_but_the_privacy_officer_sees_one(client, as_user, role):
    send(client)
    made = Complaint.objects.get()
    staff = as_user(make_user(role, f"some{role}"))
    for url in (reverse("records:complaint-list"), reverse("records:complaint", args=[made.pk])):
        assert staff.get(url).status_code == 403
    with pytest.raises(Refused):
        answer_complaint(complaint=made, answer="Nothing to it", by=make_user(role, f"other{role}"))


def test_the_privacy_officer_reads_and_answers(client, pia, as_user):
    send(client, contact="804 555 0199")
    made = Complaint.objects.get()
    officer = as_user(pia)
    assert ">1<" in plain(officer, reverse("records:privacy"))
    assert made.reference in plain(officer, reverse("records:complaint-list"))
    url = reverse("records:complaint", args=[made.pk])
    page = plain(officer, url)
    assert "told my boss" in page and "804 555 0199" in page
    assert Event.objects.filter(name="complaint.viewed", object_id=made.pk).count() == 1
    assert officer.post(url, {"answer": ""}).status_code == 422
    assert officer.post(url, {"answer": "Talked with the nurse."}).status_code == 302
    with pytest.raises(Conflict):
        answer_complaint(complaint=made, answer="Again", by=pia)
    assert "Talked with the nurse." in plain(officer, url)
