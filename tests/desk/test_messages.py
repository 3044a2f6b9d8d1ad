"""What could not be delivered is seen by those who can mend it, and can be sent once more."""

from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from audit.models import Event
from config import clock
from desk.today import LIMIT, items_for
from desk.views.messages import WORDS
from outbox import handlers
from outbox.actions import GIVE_UP_AFTER, deliver, try_again
from outbox.models import Message
from outbox.queries import failed_messages_for
from tests.factories.contact import make_request
from tests.factories.messages import make_failed_message

pytestmark = pytest.mark.django_db
LIST = "/staff/messages/"


def retry_url(message_id):
    return reverse("desk:message-retry", args=[message_id])


def about_messages(user):
    return [item for item in items_for(user, clock.now()) if item.kind == "message"]


def test_every_kind_of_message_has_words():
    ours = {kind for kind in handlers.kinds() if not kind.startswith("test.")}
    assert ours == WORDS.keys()


def test_the_list_says_what_failed_and_why(as_user, sam):
    request_id = uuid4()
    make_failed_message(ids={"request": str(request_id)})
    make_failed_message(kind="partner.link_sent", to="intake@cedar.example", last_error="SMTPDataError")
    make_failed_message(kind="intake.request_overdue", status="waiting")
    page = as_user(sam).get(LIST).content.decode()
    for said in (WORDS["intake.request_urgent"], str(request_id), "LookupError"):
        assert said in page
    for said in (WORDS["partner.link_sent"], "intake@cedar.example", "SMTPDataError"):
        assert said in page
    assert WORDS["intake.request_overdue"] not in page


def test_the_newest_comes_first_and_the_list_ends(as_user, sam, monkeypatch):
    monkeypatch.setattr("desk.views.messages.PAGE", 2)
    first, second, third = (make_failed_message() for _ in range(3))
    for message, day in ((first, 1), (second, 3), (third, 2)):
        Message.objects.filter(pk=message.pk).update(created_at=f"2026-01-0{day}T00:00Z")
    page = as_user(sam).get(LIST).content.decode()
    assert page.index(str(second.pk)) < page.index(str(third.pk))
    assert str(first.pk) not in page
    assert "Only the newest 2 are shown" in page


def test_an_empty_list_says_so(as_user, ada):
    assert "Every message was delivered" in as_user(ada).get(LIST).content.decode()


@pytest.mark.parametrize("name", ["ana", "cole", "pia", "audrey"])
def test_others_see_and_send_nothing(as_user, request, name):
    user, message = request.getfixturevalue(name), make_failed_message()
    client = as_user(user)
    assert client.get(LIST).status_code == client.post(retry_url(message.pk)).status_code == 403
    assert not failed_messages_for(user).exists()
    assert about_messages(user) == []
    message.refresh_from_db()
    assert message.status == "failed"


@pytest.mark.parametrize("name", ["sam", "ada"])
def test_today_says_how_many_failed(as_user, request, name):
    user = request.getfixturevalue(name)
    assert about_messages(user) == []
    make_failed_message()
    (item,) = about_messages(user)
    assert (item.why, item.url, item.urgent) == ("1 message could not be delivered", LIST, True)
    make_failed_message()
    assert "2 messages could not be delivered" in as_user(user).get("/staff/").content.decode()


def test_today_counts_no_further_than_its_limit(sam, django_assert_num_queries):
    for _ in range(LIMIT + 2):
        make_failed_message()
    (item,) = about_messages(sam)
    assert item.why == f"{LIMIT} or more messages could not be delivered"
    with django_assert_num_queries(1):
        failed_messages_for(sam)[:LIMIT].count()


def test_trying_again_puts_it_in_line_once(as_user, sam):
    message = make_failed_message()
    client = as_user(sam)
    assert client.get(retry_url(message.pk)).status_code == 405
    answer = client.post(retry_url(message.pk), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "The message is in line again" in answer.content.decode()
    stale = Message(pk=message.pk)
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("waiting", 0)
    assert client.post(retry_url(message.pk)).status_code == 404
    assert client.post(retry_url(uuid4())).status_code == 404
    try_again(message=stale, by=sam)
    assert Event.objects.filter(name="message.retried", actor_id=sam.pk).count() == 1


def test_an_urgent_page_without_a_mailbox_fails_and_leaves_once_there_is_one(as_user, ana, sam, settings):
    settings.ON_CALL_MAILBOX = ""
    settings.DEMO = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    asked = make_request(ana)
    message = make_failed_message(
        status="waiting", attempts=GIVE_UP_AFTER - 1, ids={"request": str(asked.pk)}
    )
    assert deliver(message.pk) is False
    message.refresh_from_db()
    assert (message.status, message.last_error) == ("failed", "LookupError")
    settings.ON_CALL_MAILBOX = "on-call@center.example"
    as_user(sam).post(retry_url(message.pk))
    assert deliver(message.pk) is True
    assert [letter.to for letter in mail.outbox] == [["on-call@center.example"]]
