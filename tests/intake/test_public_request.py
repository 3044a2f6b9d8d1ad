"""The public form: stored first, blind to everyone's records, and nothing typed is ever lost."""

import base64
import threading
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client, override_settings

from accounts.models import ThrottleCounter
from audit.models import Event
from config import clock
from intake.models import ContactAmendment, ContactRequest
from outbox.actions import deliver
from outbox.models import Message, SubmitKey
from records.models import DataKey
from tests.factories.contact import typed, without_tokens
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "public"])
PAGES = (
    "", "request/", "request/danger/", "request/sent/", "request/change/", "request/information/",
    "what-to-expect/", "self-check/", "families/", "privacy/", "safety/", "help-now/", "request/contact.vcf",
)  # fmt: skip


@pytest.fixture(autouse=True)
def close_public_connection():
    yield
    connections["public"].close()


def information(**changes):
    return {
        "danger": "no",
        "about": "Jordan Lee",
        "text": "He took 60 g",
        "submit_key": str(uuid4()),
        **changes,
    }


def test_a_request_is_sealed_promised_audited_and_announced(client):
    answer = client.post("/request/", typed(text_ok="on", when="evening"))
    assert (answer.status_code, answer.url) == (303, "/request/sent/")
    stored = ContactRequest.objects.get()
    assert stored.details == {
        "who": "family", "call_name": "Ana", "phone": "+18045550123", "extension": "",
        "message_ok": "no", "when": "evening", "text_ok": True, "language": "en",
    }  # fmt: skip
    assert (stored.status, stored.danger, stored.urgent, stored.kind) == ("new", "no", False, "call")
    assert stored.due_at == stored.next_call_at > clock.now()
    event = Event.objects.get(name="contact_request.received")
    assert (event.actor_kind, event.object_id, event.person_id) == ("public", stored.pk, None)
    assert [message.kind for message in Message.objects.all()] == ["intake.request_received"]
    page = client.get(answer.url).content.decode()
    assert "(804) 555-0123" in page
    assert "We will ask for Ana. We will not leave a message." in page
    assert stored.reference in page


@pytest.mark.parametrize("danger", ["yes", "unsure"])
def test_in_danger_it_is_stored_first_and_pages_who_is_on_call(client, danger):
    answer = client.post("/request/", typed(danger=danger))
    assert (answer.status_code, answer.url) == (303, "/request/danger/")
    stored = ContactRequest.objects.get()
    assert stored.urgent
    assert stored.due_at <= clock.now()
    assert {message.kind for message in Message.objects.all()} == {
        "intake.request_received",
        "intake.request_urgent",
    }
    page = client.get(answer.url).content.decode()
    main = page[page.index("<main") :]
    assert main.index("tel:911") == main.index("tel:")
    assert "We also got your request" in main


def test_nothing_that_was_typed_is_in_the_database_or_the_messages(client):
    client.post("/request/", typed(call_name="Zebulon Quartz", phone="804 555 0199"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT * FROM "{table}"')
            dump = repr(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()]
            )
            for secret in ("Zebulon", "Quartz", "8045550199"):
                assert secret not in dump, table


def test_a_double_tap_stores_once_and_is_confirmed_in_the_same_words(client):
    sent = typed(danger="yes")
    first = client.post("/request/", sent)
    shown = client.get("/request/sent/").content.decode()
    second = Client().post("/request/", sent)
    assert (second.status_code, second.url) == (first.status_code, first.url)
    assert ContactRequest.objects.count() == DataKey.objects.count() == SubmitKey.objects.count() == 1
    assert Message.objects.count() == 2
    assert ContactRequest.objects.get().reference in shown
    again = client.post("/request/", sent)
    assert again.status_code == 303
    assert without_tokens(client.get("/request/sent/").content) == without_tokens(shown.encode())


def test_many_taps_at_the_same_moment_store_once():
    sent, barrier, statuses = typed(), threading.Barrier(6), []

    def tap():
        try:
            barrier.wait(timeout=20)
            statuses.append(Client().post("/request/", sent).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert statuses == [303] * 6
    assert ContactRequest.objects.count() == Message.objects.count() == 1


def test_a_corrected_number_sent_with_the_old_key_is_not_swallowed(client):
    key = str(uuid4())
    client.post("/request/", typed(submit_key=key))
    client.post("/request/", typed(submit_key=key, phone="804 555 0199"))
    assert {row.details["phone"] for row in ContactRequest.objects.all()} == {"+18045550123", "+18045550199"}


def test_the_answer_is_the_same_whoever_it_is_about(ana):
    for name in ("Jordan Lee", "Riley Park", "Casey Moon"):
        make_person(ana, name)
    seen = set()
    for name in ("Jordan Lee", "Quinn Ashby", "Riley Park", "Casey Moon"):
        client = Client()
        client.get("/request/information/")
        answer = client.post("/request/information/", information(about=name, text=f"about {name}"))
        headers = sorted(answer.headers.items())
        cookies = sorted((key, len(value.value), value["httponly"]) for key, value in answer.cookies.items())
        page = client.get(answer.url)
        reference = ContactRequest.objects.order_by("-received_at")[0].reference
        body = without_tokens(page.content).replace(reference, "")
        assert name not in body
        seen.add((answer.status_code, answer.url, answer.content, str(headers), str(cookies), body))
    assert len(seen) == 1


def test_no_table_about_people_is_read_on_the_way(client, ana, django_assert_max_num_queries):
    make_person(ana, "Ana")
    with django_assert_max_num_queries(4) as queries:
        client.post("/request/", typed())
    text = " ".join(query["sql"] for query in queries.captured_queries)
    assert "records_person" not in text
    assert "intake_" not in text


def test_opening_any_page_writes_nothing_and_sets_no_cookie_but_the_forms(client):
    def rows():
        counts = {}
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in cursor.fetchall():
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
        return counts

    before = rows()
    for prefix in ("/", "/es/"):
        for page in PAGES:
            answer = client.get(prefix + page)
            assert answer.status_code == 200, page
            assert answer.headers["Cache-Control"] == "no-store, private"
    assert rows() == before
    assert set(client.cookies) <= {"form"}


BAD = [
    ("danger", "", "Select if anyone is in danger right now"),
    ("danger", "maybe", "Select one of the choices"),
    ("who", "", "Select who needs help"),
    ("call_name", "", "Enter a name we can use"),
    ("call_name", "x" * 10_000, "The name must have 60 characters or fewer"),
    ("call_name", "A\x00b", "character that we can&#x27;t store"),
    ("phone", "", "Enter a phone number so we can call you"),
    ("phone", "12345", "Phone number must have 10 digits, like 804 555 0123"),
    ("phone", "9" * 10_000, "Phone number must have 10 digits, like 804 555 0123"),
    ("phone", "😀" * 20, "Phone number must have 10 digits, like 804 555 0123"),
    ("message_ok", "", "Select what we do if you do not answer"),
    ("when", "never", "Select one of the choices"),
]


@pytest.mark.parametrize(("field", "value", "message"), BAD, ids=range(len(BAD)))
def test_a_wrong_answer_keeps_everything_and_says_what_to_do(client, field, value, message):
    answer = client.post("/request/", typed(**{"call_name": "Zoë", field: value}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(message) >= 2, "once in the summary and once at the field"
    assert "<title>Error:" in page
    if field != "call_name":
        assert 'value="Zoë"' in page
    if value and field in ("call_name", "phone"):
        assert value.replace("\x00", "\ufffd") in page
    assert not ContactRequest.objects.exists()


def test_an_empty_post_names_every_question_in_order(client):
    page = client.post("/request/", {}).content.decode()
    summary = page[page.index("data-error-summary") : page.index("</ul>")]
    targets = [
        summary.index(f'href="#id_{name}') for name in ("danger", "who", "call_name", "phone", "message_ok")
    ]
    assert targets == sorted(targets)


@pytest.mark.parametrize(
    "name", ["😀👩‍👩‍👧", "שלום", "\u202eevil", "O'Brien <script>", "Ana\tMaría", "%s %(x)s", "{{ x }}"]
)
def test_unusual_names_are_kept_as_typed(client, name):
    answer = client.post("/request/", typed(call_name=name))
    assert answer.status_code == 303
    assert ContactRequest.objects.get().details["call_name"] == name
    page = client.get("/request/sent/").content.decode()
    assert "<script>" not in page


def test_broken_bytes_are_an_answer_and_not_an_error(client):
    body = b"danger=no&who=me&call_name=%ED%A0%80x%FF&phone=8045550123&message_ok=no"
    answer = client.post("/request/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert "\ufffd" in ContactRequest.objects.get().details["call_name"]


@override_settings(PUBLIC_REQUESTS_PER_MINUTE=2)
def test_too_many_requests_keep_the_answers_and_the_phone_number(client):
    for _ in range(2):
        assert client.post("/request/", typed()).status_code == 303
    answer = client.post("/request/", typed(call_name="Third"))
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 'value="Third"' in page
    assert "Your answers are still here. Wait 1 minute, or call (804) 555-0100." in page
    assert "tel:911" in page
    assert ContactRequest.objects.count() == 2
    assert b"127.0.0" not in bytes(ThrottleCounter.objects.get().key)


def test_an_old_token_loses_nothing():
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/request/", typed(call_name="Kept"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="Kept"' in page
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post("/request/", typed(csrfmiddlewaretoken=token)).status_code == 303
    assert ContactRequest.objects.count() == 1


def test_switching_language_or_contact_keeps_what_was_typed_and_sends_nothing(client):
    answer = client.post("/es/request/", typed(call_name="Zoë", switch="language", who="me"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'lang="es"' in page
    assert 'value="Zoë"' in page
    assert "Pida que le llamemos" in page
    assert 'value="me" checked' in page
    page = client.post("/request/", typed(call_name="Zoë", switch="email")).content.decode()
    assert 'name="email"' in page
    assert 'name="phone"' not in page
    assert 'value="Zoë"' in page
    assert not ContactRequest.objects.exists()


def test_email_instead_of_a_phone(client):
    sent = typed(contact_by="email", email="ana@mail.example")
    del sent["phone"]
    assert client.post("/request/", {**sent, "email": "ana"}).status_code == 422
    assert client.post("/request/", sent).status_code == 303
    assert ContactRequest.objects.get().details["email"] == "ana@mail.example"
    assert "We will write to ana@mail.example" in client.get("/request/sent/").content.decode()


def test_what_a_machine_fills_in_is_kept_and_set_aside(client, ana, as_user):
    client.post("/request/", typed(website="http://x.example"))
    stored = ContactRequest.objects.get()
    assert stored.suspicion == "trap"
    staff = as_user(ana)
    assert stored.reference not in staff.get("/staff/requests/").content.decode()
    assert stored.reference in staff.get("/staff/requests/?show=set_aside").content.decode()


def test_a_change_is_an_amendment_and_staff_see_what_holds_now(client, ana, as_user):
    client.post("/request/", typed())
    change = {
        "call_name": "Ana",
        "phone": "804 555 0199",
        "message_ok": "name_number",
        "submit_key": str(uuid4()),
    }
    assert client.post("/request/change/", {**change, "phone": "1"}).status_code == 422
    assert client.post("/request/change/", change).status_code == 303
    assert client.post("/request/change/", change).status_code == 303
    stored = ContactRequest.objects.get()
    assert stored.details["phone"] == "+18045550123"
    assert ContactAmendment.objects.get().details["phone"] == "+18045550199"
    assert "(804) 555-0199" in client.get("/request/sent/").content.decode()
    page = as_user(ana).get(f"/staff/requests/{stored.pk}/").content.decode()
    assert "(804) 555-0199" in page
    assert "(804) 555-0123" not in page
    assert "You may leave a first name and a number" in page


def test_a_cancelled_request_is_closed_by_the_worker(client):
    client.post("/request/", typed())
    answer = client.post("/request/change/", {"cancel": "1", "submit_key": str(uuid4())})
    assert answer.status_code == 303
    assert "We will not call you" in client.get(answer.url).content.decode()
    assert deliver(Message.objects.get(kind="intake.request_amended").pk)
    stored = ContactRequest.objects.get()
    assert (stored.status, stored.close_reason) == ("closed", "cancelled")


def test_another_browser_can_change_nothing(client):
    client.post("/request/", typed())
    other = Client()
    other.cookies["request"] = "AAAA"
    assert "Call us to change it" in other.get("/request/change/").content.decode()
    assert "Call us to change it" in other.post("/request/change/", {"cancel": "1"}).content.decode()
    assert not ContactAmendment.objects.exists()
    page = other.get("/request/sent/").content.decode()
    assert "Your request was sent" in page
    assert "Ana" not in page


def test_the_cookie_is_sealed_and_short_lived(client):
    name = "Maximiliana Quartzworth"
    cookie = client.post("/request/", typed(call_name=name)).cookies["request"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 1800
    assert len(cookie.value) < 3500
    opened = base64.urlsafe_b64decode(cookie.value + "=" * (-len(cookie.value) % 4))
    for part in name.split():
        assert part not in cookie.value and part.encode() not in opened


def test_information_is_readable_by_clinicians_only_and_removable(client, ana, cole, as_user):
    client.post("/request/information/", information())
    stored = ContactRequest.objects.get()
    assert (stored.kind, stored.due_at) == ("information", None)
    address = f"/staff/requests/{stored.pk}/"
    assert "60 g" not in as_user(ana).get(address).content.decode()
    assert as_user(ana).post(f"{address}remove/").status_code == 403
    assert "60 g" in as_user(cole).get(address).content.decode()
    assert as_user(cole).post(f"{address}remove/").status_code == 302
    assert "60 g" not in as_user(cole).get(address).content.decode()
    assert DataKey.objects.get().wrapped is None


def test_observations_of_a_family_are_sealed_and_called_that(client, cole, as_user):
    sent = client.post("/request/information/", information(text="", observed=["money", "daily"]))
    assert sent.status_code == 303
    stored = ContactRequest.objects.get()
    assert stored.details["observed"] == ["money", "daily"]
    shown = as_user(cole).get(f"/staff/requests/{stored.pk}/").content.decode()
    assert "Noticed, not a diagnosis" in shown
    assert "They take something every day" in shown


@pytest.mark.parametrize("change", [{"observed": ["guilty"]}, {"text": ""}])
def test_information_needs_an_observation_or_a_text(client, change):
    assert client.post("/request/information/", information(**change)).status_code == 422
    assert not ContactRequest.objects.exists()


def test_the_whole_of_a_notice_names_nobody(client, settings):
    settings.ON_CALL_MAILBOX = settings.ADMISSIONS_MAILBOX = "desk@demo.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    from django.core import mail

    client.post("/request/", typed(danger="yes", call_name="Zebulon"))
    for message in Message.objects.all():
        assert deliver(message.pk)
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        whole = letter.message().as_string().lower()
        assert len(letter.subject) <= 60
        for word in ("zebulon", "555-0123", "detox", "treatment", "recovery", "rehab", "addiction"):
            assert word not in whole


def test_when_nothing_can_be_stored_the_answers_stay(client, monkeypatch):
    from django.db import OperationalError

    def fail(*values):
        raise OperationalError("down")

    monkeypatch.setattr("intake.actions.public_requests._hand_in", fail)
    answer = client.post("/request/", typed(call_name="Kept"))
    assert answer.status_code == 503
    assert 'value="Kept"' in answer.content.decode()
