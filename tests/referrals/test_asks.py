"""What partners ask of us, a new link or a call: a task here, and nothing is learnt there."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from outbox.models import Message
from records.actions import consents
from records.models import Consent
from referrals.actions import answers, asks, loop, offers
from referrals.models import Offer, OfferMessage, PartnerAsk, PartnerLink
from tests.factories.accounts import make_user
from tests.factories.referrals import accept, make_facility, one_sent
from tests.referrals.test_links import body, enter, landing, page, verify, wrong
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db
NEW, CALL = reverse("partner:new-link"), reverse("partner:call-me")


def locked(by, **more):
    offer, token, code = one_sent(by, **more)
    for _ in range(5):
        verify(Client(), token, wrong(code))
    return offer, token, code


def ask_link(about, client=None):
    return (client or Client()).post(NEW, {"about": about}, follow=True)


def test_a_locked_link_is_asked_for_and_replaced_in_one_press(ana, client, as_user):
    offer, token, code = locked(ana)
    dead = client.get(landing(token))
    assert "Ask for a new link" in dead.content.decode()
    assert "We have your message" in text_of(ask_link(token, client))
    ask = PartnerAsk.objects.get()
    assert (ask.kind, ask.offer, ask.outcome, ask.with_code) == ("link", offer, "", False)
    assert ask.due_at > ask.at
    staff = as_user(ana)
    (row,) = [one for one in items_for(ana, clock.now()) if one.action == "Send a new link"]
    assert row.due_at == ask.due_at and "Harbor Detox asks for a new link · yours" in row.why
    shown = text_of(staff.get(row.url.split("#")[0]))
    assert f'id="ask-{ask.pk}"' in shown and "Send a new link" in shown
    key = str(uuid4())
    sent = staff.post(reverse("referrals:ask-link", args=[ask.pk]), {"submit_key": key})
    assert sent.status_code == 200 and "spoken-code" in text_of(sent)
    again = staff.post(reverse("referrals:ask-link", args=[ask.pk]), {"submit_key": key})
    assert (again.status_code, PartnerLink.objects.count()) == (302, 2)
    ask.refresh_from_db()
    assert (ask.outcome, ask.done_by) == ("link_sent", ana)
    assert verify(client, token, code).status_code == 404
    assert client.get(landing(token)).status_code == 404
    other = staff.post(reverse("referrals:ask-link", args=[ask.pk]), {"submit_key": str(uuid4())})
    assert other.status_code == 409


def test_after_the_time_one_press_asks_the_partner_again(ana, client):
    offer, token, code = one_sent(ana)
    loop.sweep(offer.answer_due_at)
    assert "Ask for a new link" in client.get(landing(token)).content.decode()
    ask_link(token, client)
    out = asks.send_asked_link(ask_id=PartnerAsk.objects.get().pk, by=ana, now=clock.now())
    assert out.offer.pk != offer.pk and out.offer.status == "sent" and out.offer.previous_id == offer.pk
    assert PartnerAsk.objects.get().outcome == "link_sent"
    assert verify(client, token, code).status_code == 410
    assert verify(Client(), out.new.token, out.new.code).status_code == 302


def test_any_new_link_answers_whoever_asked(ana, client):
    offer, token, _code = locked(ana)
    ask_link(token)
    offers.resend_link(offer_id=offer.pk, by=ana, now=clock.now())
    assert PartnerAsk.objects.get().outcome == "link_sent"


def test_what_has_ended_otherwise_is_no_press_but_a_call(ana, as_user, client):
    offer, token, _code = one_sent(ana)
    offers.withdraw(offer_id=offer.pk, by=ana, now=clock.now())
    ask_link(token)
    ask = PartnerAsk.objects.get()
    with pytest.raises(Conflict):
        asks.send_asked_link(ask_id=ask.pk, by=ana, now=clock.now())
    shown = text_of(as_user(ana).get(reverse("referrals:referral", args=[offer.referral_id])))
    assert "The offer has ended (Withdrawn): call them" in shown
    assert reverse("referrals:ask-link", args=[ask.pk]) not in shown


def test_without_consent_no_link_leaves(ana, as_user):
    offer, token, _code = one_sent(ana)
    accept(offer, ana)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    ask_link(token)
    ask = PartnerAsk.objects.get()
    with pytest.raises(Refused):
        asks.send_asked_link(ask_id=ask.pk, by=ana, now=clock.now())
    refused = as_user(ana).post(reverse("referrals:ask-link", args=[ask.pk]))
    assert refused.status_code == 422 and "consent" in text_of(refused)
    assert not PartnerAsk.objects.exclude(outcome="").exists()


STRANGE = ("never-existed", str(uuid4()), "", "x" * 10_000, "🌊🌊", "%00", "' OR 1=1 --", "a\x00b")


def test_nobody_learns_whether_an_address_was_ever_ours(ana):
    offer, token, _code = locked(ana)
    other, live, _code = one_sent(ana, make_facility("Northgate"))
    real = [token, str(offer.pk), live, str(other.pk)]
    for url in (NEW, CALL):
        seen = set()
        for number, about in enumerate((*real, *STRANGE)):
            client = Client(REMOTE_ADDR=f"198.51.100.{number}")
            answer = client.post(url, {"about": about})
            shown = client.get(answer.url)
            seen.add((answer.status_code, answer.url, shown.status_code, body(shown), len(answer.cookies)))
        assert len(seen) == 1
    assert PartnerAsk.objects.count() == 4
    for secret in (offer.referral.reference, "Harbor", "ratom", "Jordan", token):
        assert secret not in shown.content.decode()


def test_asking_twice_is_one_task_and_too_often_is_slowed_down(ana):
    _offer, token, _code = locked(ana)
    client = Client(REMOTE_ADDR="203.0.113.5")
    assert [client.post(NEW, {"about": token}).status_code for _ in range(7)] == [302] * 6 + [429]
    assert PartnerAsk.objects.count() == 1
    assert Message.objects.filter(key__startswith="partner-answered:asked").count() == 1
    assert Client(REMOTE_ADDR="203.0.113.6").post(CALL, {"about": token}).status_code == 429
    codes = [
        Client(REMOTE_ADDR="203.0.113.7").post(NEW, {"about": uuid4().hex}).status_code for _ in range(13)
    ]
    assert codes == [302] * 12 + [429]


def test_a_call_before_the_code_says_so_to_staff(ana, as_user, client):
    offer, token, _code = one_sent(ana)
    shown = client.get(landing(token)).content.decode()
    assert "Ask us to call you" in shown and CALL in shown
    answer = client.post(CALL, {"about": token, "number": " (804) 555-0177 "}, follow=True)
    assert "we call you" in text_of(answer)
    ask = PartnerAsk.objects.get()
    assert (ask.kind, ask.number, ask.with_code) == ("call", "(804) 555-0177", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM referrals_partnerask")
        assert b"5550177" not in bytes(cursor.fetchone()[0])
    shown = text_of(as_user(ana).get(reverse("referrals:referral", args=[offer.referral_id])))
    assert "<strong>Typed without the code:</strong> call the number that we have first" in shown


@pytest.mark.parametrize(
    "number", ["12", "call me 🌊", "1" * 16, "x" * 10_000, "804\x005550100", "５５５０１７７"]
)
def test_a_number_that_cannot_be_dialled_stays_in_its_field(ana, number):
    _offer, token, _code = one_sent(ana)
    for client, url in ((Client(), CALL),):
        answer = client.post(url, {"about": token, "number": number})
        assert answer.status_code == 422
        assert not PartnerAsk.objects.exists()
        assert token in answer.content.decode()
    if number == "12":
        assert 'value="12"' in answer.content.decode()


def test_a_call_with_the_code_shows_by_when_and_survives_the_visit(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    url = reverse("partner:call-visitor", args=[offer.pk])
    wrong_number = client.post(url, {"number": "12"})
    assert wrong_number.status_code == 422 and url in wrong_number.content.decode()
    assert client.post(url, {}).url == page(offer)
    assert "You asked for a call" in text_of(client.get(page(offer)))
    assert PartnerAsk.objects.get().with_code
    stranger = Client().post(url, {"number": ""})
    assert stranger.url == reverse("partner:asked-call")
    assert sorted(PartnerAsk.objects.values_list("with_code", flat=True)) == [False, True]


def test_every_page_of_a_partner_offers_a_call(ana, client):
    offer, token, code = one_sent(ana)
    _dead, gone, _code = locked(ana, facility=make_facility("Northgate"))
    _late, over, _code = one_sent(ana, make_facility("Cedar"))
    offers.withdraw(offer_id=_late.pk, by=ana, now=clock.now())
    pages = [client.get(landing(one)) for one in (token, gone, over, "unknown")]
    pages.append(verify(client, token, wrong(code)))
    enter(client, token, code)
    names = ["referral", "accept", "decline", "ask", "waitlist", "beds"]
    pages += [client.get(reverse(f"partner:{name}", args=[offer.pk])) for name in names]
    Offer.objects.filter(pk=offer.pk).update(sent_at=clock.now() - timedelta(hours=2))
    accept(offer, ana)
    pages += [
        client.get(reverse(f"partner:{name}", args=[offer.pk])) for name in ("packet", "arrive", "miss")
    ]
    pages.append(client.post(reverse("partner:packet", args=[offer.pk])))
    answers.arrived(offer_id=offer.pk, arrived_at=clock.now(), by=ana, now=clock.now(), told=None)
    pages.append(client.get(reverse("partner:clearance", args=[offer.pk])))
    for one in pages:
        assert "Ask us to call you" in one.content.decode(), one.request["PATH_INFO"]


def test_a_call_is_tried_again_and_ticked_off_with_an_outcome(ana, as_user):
    offer, token, _code = one_sent(ana)
    Client().post(CALL, {"about": token})
    ask, staff = PartnerAsk.objects.get(), as_user(ana)
    url = reverse("referrals:ask", args=[ask.pk])
    assert staff.post(url, {}).status_code == 422
    assert staff.post(url, {"outcome": "link_sent"}).status_code == 422
    assert staff.post(url, {"outcome": "no_answer"}).status_code == 302
    ask.refresh_from_db()
    assert (ask.outcome, ask.tries) == ("", 1) and ask.due_at > clock.now() + timedelta(minutes=25)
    data = {"outcome": "reached", "text": "Two beds from 6 pm", "submit_key": str(uuid4())}
    assert [staff.post(url, data).status_code for _ in range(2)] == [302, 302]
    ask.refresh_from_db()
    assert (ask.outcome, ask.done_by) == ("reached", ana)
    kept = OfferMessage.objects.filter(kind="call").order_by("at")
    assert [(one.outcome, one.text) for one in kept] == [("no_answer", ""), ("reached", "Two beds from 6 pm")]
    offer.refresh_from_db()
    assert offer.last_heard_at is not None
    assert staff.post(url, {"outcome": "not_needed", "submit_key": str(uuid4())}).status_code == 409
    assert not [one for one in items_for(ana, clock.now()) if one.action == "Call back"]


def test_after_it_is_done_a_partner_may_ask_again(ana):
    _offer, token, _code = one_sent(ana)
    Client().post(CALL, {"about": token})
    asks.end_ask(ask_id=PartnerAsk.objects.get().pk, outcome="message", by=ana, now=clock.now())
    Client().post(CALL, {"about": token})
    assert PartnerAsk.objects.filter(outcome="").count() == 1


def test_what_nobody_does_goes_to_supervisors_once(ana, sam):
    _offer, token, _code = one_sent(ana)
    Client().post(CALL, {"about": token})
    ask = PartnerAsk.objects.get()

    def told():
        return Message.objects.filter(kind="referrals.overdue", key__contains=f"ask:{ask.pk}").count()

    with transaction.atomic():
        loop.sweep(ask.due_at)
    assert told() == 0
    for _ in range(2):
        with transaction.atomic():
            loop.sweep(ask.due_at + timedelta(minutes=15))
    assert told() == 1
    (row,) = [one for one in items_for(sam, clock.now()) if one.action == "Call back"]
    assert row.urgent


def test_who_works_with_nobody_ends_nothing(ana, ada):
    _offer, token, _code = one_sent(ana)
    Client().post(CALL, {"about": token})
    ask = PartnerAsk.objects.get()
    for act in (
        lambda: asks.end_ask(ask_id=ask.pk, outcome="reached", by=ada, now=clock.now()),
        lambda: asks.send_asked_link(ask_id=ask.pk, by=make_user("auditor", "x"), now=clock.now()),
    ):
        with pytest.raises(PermissionDenied):
            act()


def refused_by(act):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    return refusal_code(refused.value)


def sql(statement, *values):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return run


def test_the_database_keeps_what_was_asked(ana):
    _offer, token, _code = one_sent(ana)
    other, other_token, _code = one_sent(ana, make_facility("Northgate"))
    Client().post(CALL, {"about": token, "number": "8045550177"})
    Client().post(NEW, {"about": other_token})
    call, link = PartnerAsk.objects.get(kind="call"), PartnerAsk.objects.get(kind="link")
    set_ = "UPDATE referrals_partnerask SET {} WHERE id = %s"
    now = "app_now()"
    cases = {
        "referrals_partnerask_fixed": ("number = NULL", call),
        "referrals_partnerask_of_offer": (f"link_id = '{other.links.get().pk}'", call),
        "referrals_partnerask_done": ("outcome = 'reached'", call),
        "referrals_partnerask_outcome": (
            f"outcome = 'link_sent', done_at = {now}, done_by_id = '{ana.pk}'", call,
        ),
    }  # fmt: skip
    for code, (what, row) in cases.items():
        assert refused_by(sql(set_.format(what), row.pk)) == code
    columns = "data_key_id, offer_id, number, at, due_at, tries, outcome"
    copy = (
        f"INSERT INTO referrals_partnerask (id, kind, with_code, {columns})"
        f" SELECT gen_random_uuid(), {{}}, {columns} FROM referrals_partnerask WHERE id = %s"
    )
    assert refused_by(sql(copy.format("kind, with_code"), call.pk)) == "referrals_partnerask_one_open"
    assert refused_by(sql(copy.format("kind, true"), call.pk)) == "referrals_partnerask_with_code"
    assert refused_by(sql(copy.format("'link', false"), call.pk)) == "referrals_partnerask_number"
    asks.end_ask(ask_id=link.pk, outcome="not_needed", by=ana, now=clock.now())
    assert refused_by(sql(set_.format("outcome = 'reached'"), link.pk)) == "referrals_partnerask_done_once"
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        sql("DELETE FROM referrals_partnerask")()


def test_the_trail_says_that_something_was_asked_and_no_number(ana):
    offer, token, _code = one_sent(ana)
    Client().post(CALL, {"about": token, "number": "8045550177"})
    event = Event.objects.get(name="partner.asked")
    assert event.person_id == offer.referral.episode.person_id
    assert "8045550177" not in str(event.ids)


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_are_one_task(ana):
    _offer, token, _code = one_sent(ana)
    start = threading.Barrier(20)

    def press(number):
        start.wait()
        Client(REMOTE_ADDR=f"198.51.100.{number}").post(CALL, {"about": token})
        connection.close()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PartnerAsk.objects.count() == 1


def test_today_asks_once_however_many_wait(ana, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(1000) as seen:
            items_for(ana, clock.now())
        return len(seen)

    _offer, token, _code = one_sent(ana)
    Client(REMOTE_ADDR="203.0.113.1").post(CALL, {"about": token})
    queries()
    one = queries()
    for number in range(4):
        _offer, token, _code = one_sent(ana, make_facility(f"House{number}"))
        Client(REMOTE_ADDR="203.0.113.1").post(CALL, {"about": token})
    assert queries() == one
