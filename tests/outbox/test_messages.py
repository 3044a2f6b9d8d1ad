"""What must leave is written with its action, handed over by lease, and delivered once."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from config import clock
from outbox import actions, handlers, heartbeats, mail
from outbox.choices import MessageStatus
from outbox.mail import Email
from outbox.models import Message
from outbox.submit import AlreadyDone, once
from records.models import Person
from tests.factories.records import make_person


@pytest.fixture
def effects(monkeypatch):
    """Count deliveries of the kind "test.counted"."""
    done = []
    monkeypatch.setitem(handlers._handlers, "test.counted", lambda message: done.append(message.id))
    return done


def send(key="one", kind="test.counted", **extra):
    with transaction.atomic():
        return actions.send(kind, key=key, ids={"offer": uuid4()}, **extra)


@pytest.mark.django_db(transaction=True)
def test_a_message_needs_a_transaction(effects):
    with pytest.raises(TransactionManagementError):
        actions.send("test.counted", key="x")


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_action_sends_nothing(effects):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.send("test.counted", key="x")
        _ = 1 / 0
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_the_same_key_is_one_message(effects):
    assert send("same").pk == send("same").pk
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_delivery_happens_once(effects):
    message = send()
    assert actions.deliver(message.id) is True
    assert actions.deliver(message.id) is False
    assert effects == [message.id]
    message.refresh_from_db()
    assert message.status == MessageStatus.DELIVERED


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_message_deliver_it_once(effects):
    message = send()

    def work():
        actions.deliver(message.id)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert effects == [message.id]


@pytest.mark.django_db
def test_a_failing_handler_is_tried_again_later_and_given_up_in_the_open(monkeypatch):
    def broken(message):
        raise ConnectionError("mail server says something private")

    monkeypatch.setitem(handlers._handlers, "test.broken", broken)
    message = send(kind="test.broken")
    assert actions.deliver(message.id) is False
    message.refresh_from_db()
    assert (message.status, message.attempts, message.last_error) == ("waiting", 1, "ConnectionError")
    assert message.available_at > clock.real_now()
    for _ in range(actions.GIVE_UP_AFTER):
        actions.deliver(message.id)
    message.refresh_from_db()
    assert message.status == MessageStatus.FAILED


@pytest.mark.django_db
def test_a_failing_handler_leaves_none_of_its_writes(monkeypatch, ana):

    def half(message):
        make_person(ana)
        raise RuntimeError

    monkeypatch.setitem(handlers._handlers, "test.half", half)
    actions.deliver(send(kind="test.half").id)
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_a_secret_is_sealed_and_forgotten_after_delivery(monkeypatch):
    seen = []
    monkeypatch.setitem(handlers._handlers, "test.secret", lambda m: seen.append(actions.secret_of(m)))
    message = send(kind="test.secret", secret="token-123")
    assert b"token-123" not in bytes(message.sealed_secret)
    actions.deliver(message.id)
    message.refresh_from_db()
    assert seen == ["token-123"]
    assert message.sealed_secret is None


@pytest.mark.django_db
def test_cancelling_reaches_waiting_messages_with_these_ids(effects):
    with transaction.atomic():
        first = actions.send("test.counted", key="a", ids={"offer": "1", "link": "2"})
        other = actions.send("test.counted", key="b", ids={"offer": "9"})
    assert actions.cancel(kinds=("test.counted",), ids={"offer": "1"}) == 1
    assert actions.deliver(first.id) is False
    assert actions.deliver(other.id) is True


@pytest.mark.django_db
def test_a_lease_keeps_a_message_from_being_handed_over_twice(effects):
    message = send()
    pushed = []
    assert actions.hand_over(pushed.append) == 1
    assert actions.hand_over(pushed.append) == 0
    assert pushed == [str(message.id)]


@pytest.mark.django_db
def test_what_a_worker_lost_is_handed_over_again_when_the_lease_ends(effects):
    message = send()
    actions.hand_over(lambda _: None)
    Message.objects.update(leased_until=clock.real_now() - timedelta(seconds=1))
    pushed = []
    actions.hand_over(pushed.append)
    assert pushed == [str(message.id)]


@pytest.mark.django_db
def test_a_broker_that_fails_midway_frees_the_rest(effects):
    for number in range(5):
        send(f"m{number}")
    pushed = []

    def push(message_id):
        if len(pushed) == 2:
            raise ConnectionError
        pushed.append(message_id)

    with pytest.raises(ConnectionError):
        actions.hand_over(push)
    assert Message.objects.filter(leased_until__isnull=True).count() == 3


@pytest.mark.django_db(transaction=True)
def test_writing_a_message_wakes_the_relay(effects):
    with connection.cursor() as cursor:
        cursor.execute("LISTEN outbox")
    send()
    connection.connection.poll()
    assert [note.channel for note in connection.connection.notifies] == ["outbox"]


@pytest.mark.django_db
def test_mail_goes_to_a_folder_in_demo_mode_once_however_often_delivered(settings, tmp_path, monkeypatch):
    settings.DEMO, settings.MAIL_DIR = True, tmp_path
    monkeypatch.setitem(
        handlers._handlers, "test.mail", lambda m: Email("pat@harbor.example", "New message", "Open it here.")
    )
    message = send(kind="test.mail")
    actions.deliver(message.id)
    Message.objects.update(status="waiting", delivered_at=None)
    actions.deliver(message.id)
    letters = list(tmp_path.iterdir())
    assert [letter.name for letter in letters] == [f"{message.id}.eml"]
    assert b"Subject: New message" in letters[0].read_bytes()


@pytest.mark.django_db
def test_mail_goes_by_smtp_otherwise(monkeypatch, mailoutbox):
    monkeypatch.setitem(handlers._handlers, "test.mail", lambda m: Email("a@b.example", "Hello", "Body"))
    message = send(kind="test.mail")
    actions.deliver(message.id)
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{message.id}@clearway>"


# ------------------------------------------------------------------ submits


@pytest.mark.django_db
def test_a_submit_is_done_once(ana, ben):
    key = uuid4()
    once(key, scope="test", by=ana).done("/staff/there/")
    with pytest.raises(AlreadyDone) as done:
        once(key, scope="test", by=ana)
    assert done.value.url == "/staff/there/"
    with pytest.raises(AlreadyDone) as other:
        once(key, scope="test", by=ben)
    assert other.value.url == "/staff/"


@pytest.mark.django_db(transaction=True)
def test_a_double_click_waits_for_the_first_and_gets_its_answer(ana):
    key, answers = uuid4(), []

    def click():
        try:
            with transaction.atomic():
                once(key, scope="test", by=ana).done("/staff/made/")
                answers.append("made")
        except AlreadyDone as done:
            answers.append(done.url)
        connection.close()

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert sorted(answers) == ["/staff/made/"] * 5 + ["made"]


# ------------------------------------------------------------------ signs of life


@pytest.mark.django_db
def test_health_names_what_is_not_alive(client):
    response = client.get("/health/")
    assert (response.status_code, response.json()["stale"]) == (503, ["relay", "beat", "worker"])
    for name in heartbeats.NAMES:
        heartbeats.beat(name)
    assert client.get("/health/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_heartbeat SET at = now() - interval '31 seconds' WHERE name = 'beat'")
    response = client.get("/health/")
    assert (response.status_code, response.json()["stale"]) == (503, ["beat"])


@pytest.mark.parametrize("part", ["to", "subject"])
@pytest.mark.parametrize("broken", ["x\r\nBcc: evil@example.org", "x\nX-Header: 1"])
def test_a_line_break_enters_no_header(part, broken, settings, mailoutbox):
    letter = {"to": "desk@center.example", "subject": "A new request is waiting", "body": "x", part: broken}
    settings.DEMO = False
    with pytest.raises(ValueError, match="newlines"):
        mail.deliver(Email(**letter), uuid4())
    assert mailoutbox == []
