"""A code that goes by mail: to somebody else at the partner, never to the mailbox that got the link."""

import re
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Refused
from outbox.handlers import handler_of
from outbox.models import Message
from referrals.actions import offers
from referrals.actions.facilities import add_contact, end_part
from referrals.actions.links import CODE_MAIL, LINK_MAIL
from referrals.models import Offer, PartnerLink
from tests.factories.referrals import consent_for, make_facility, make_referral, one_sent, sent
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbor(sam):
    return make_facility(email="intake@harbor.example")


def contact(by, facility, reach="night@harbor.example", **more):
    given = {"role": "night", "name": "Sky", "channel": "email", **more}
    return add_contact(facility=facility, by=by, reach=reach, **given)


def send_with_code(by, facility, one):
    referral = make_referral(by)
    consent_for(by, referral, facility)
    now = clock.now()
    return offers.send_offers(
        referral_id=referral.pk, facilities=[facility], by=by, now=now,
        answer_due_at=now + offers.ANSWER, code_to={facility.pk: one.pk},
    )[0]  # fmt: skip


def letter(kind):
    message = Message.objects.get(kind=kind)
    return message, handler_of(kind)(message)


def test_link_and_code_leave_in_two_mails_to_two_mailboxes(ana, sam, harbor):
    night = contact(sam, harbor)
    out = send_with_code(ana, harbor, night)
    (to_intake, first), (to_night, second) = letter(LINK_MAIL), letter(CODE_MAIL)
    assert (to_intake.to, to_night.to) == ("intake@harbor.example", "night@harbor.example")
    code = out.new.code
    assert f"{code[:3]} {code[3:]}" in second.body
    assert out.new.token in first.body and out.new.token not in second.body
    assert code not in first.body and code[:3] + " " not in first.body
    assert "another address of your facility" in first.body and "by phone" not in first.body
    person = out.offer.referral.episode.person
    for secret in (person.name, person.reference, out.offer.referral.reference, "ratom", "http", "Sky"):
        assert secret not in second.body + second.subject
    opened = Client().post(reverse("partner:verify"), {"token": out.new.token, "code": code})
    assert opened.status_code == 302


@pytest.mark.parametrize(
    "reach", ["intake@harbor.example", "INTAKE@Harbor.example", "intake+code@harbor.example"]
)
def test_never_to_the_mailbox_that_gets_the_link(ana, sam, harbor, reach):
    one = contact(sam, harbor, reach)
    with pytest.raises(Refused) as refused:
        send_with_code(ana, harbor, one)
    assert "The link goes to this mailbox" in refused.value.message
    assert not Message.objects.filter(kind__in=[LINK_MAIL, CODE_MAIL]).exists()
    assert not Offer.objects.exists()


def test_neither_to_a_stranger_nor_to_an_ended_or_phone_contact(ana, sam, harbor):
    other = contact(sam, make_facility("Northgate"), "night@northgate.example")
    phone = contact(sam, harbor, "8045550177", channel="phone")
    ended = contact(sam, harbor)
    end_part(part=ended, by=sam, now=clock.now())
    for one in (other, phone, ended):
        with pytest.raises(Refused) as refused:
            send_with_code(ana, harbor, one)
        assert "gets no mail any more" in refused.value.message


def insert(link, contact_id, mailed_to):
    columns = (
        "id, offer_id, token_hash, code_hash, tries, expires_at, revoked_at, revoked_why, session_marker"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO referrals_partnerlink ({columns}, mailed_to, code_contact_id)"
            f" SELECT gen_random_uuid(), offer_id, %s, code_hash, 0, expires_at, app_now(), 'test',"
            " gen_random_uuid(), %s, %s FROM referrals_partnerlink WHERE id = %s",
            [uuid4().hex, mailed_to, contact_id, link.pk],
        )


def refused_by(act, *args):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act(*args)
    return refusal_code(refused.value)


def test_the_database_refuses_the_same_to_raw_sql(ana, sam, harbor):
    one_sent(ana, harbor)
    link = PartnerLink.objects.get()
    night = contact(sam, harbor)
    same = contact(sam, harbor, "Intake+x@harbor.example")
    stranger = contact(sam, make_facility("Northgate"), "night@northgate.example")
    phone = contact(sam, harbor, "8045550177", channel="phone")
    insert(link, night.pk, "intake@harbor.example")
    intake = "intake@harbor.example"
    cases = (
        (same, intake),
        (stranger, intake),
        (phone, intake),
        (night, ""),
        (night, " NIGHT@harbor.example"),
    )
    for one, mailed in cases:
        assert refused_by(insert, link, one.pk, mailed) == "referrals_partnerlink_code_elsewhere"
    assert refused_by(lambda: PartnerLink.objects.update(code_contact=night)) == (
        "referrals_partnerlink_ways_kept"
    )
    assert refused_by(lambda: PartnerLink.objects.update(mailed_to="x@harbor.example")) == (
        "referrals_partnerlink_ways_kept"
    )


def test_a_new_link_stops_the_code_that_has_not_left(ana, sam, harbor):
    night = contact(sam, harbor)
    out = send_with_code(ana, harbor, night)
    made = offers.resend_link(offer_id=out.offer.pk, by=ana, now=clock.now(), code_to=night.pk)
    first, second = Message.objects.filter(kind=CODE_MAIL).order_by("created_at")
    assert (first.status, second.status) == ("cancelled", "waiting")
    assert first.sealed_secret is None
    assert made.link.code_contact == night
    stale = Client().post(reverse("partner:verify"), {"token": out.new.token, "code": out.new.code})
    assert stale.status_code == 404


def test_a_code_does_not_leave_for_an_ended_contact(ana, sam, harbor):
    night = contact(sam, harbor)
    send_with_code(ana, harbor, night)
    end_part(part=night, by=sam, now=clock.now())
    assert letter(CODE_MAIL)[1] is None


def test_a_code_does_not_leave_for_a_dead_link(ana, sam, harbor):
    send_with_code(ana, harbor, contact(sam, harbor))
    assert letter(CODE_MAIL)[1] is not None
    PartnerLink.objects.update(revoked_at=clock.now())
    assert letter(CODE_MAIL)[1] is None


def test_staff_choose_on_the_sending_page_and_the_code_is_shown_to_nobody(ana, sam, harbor, as_user):
    night = contact(sam, harbor)
    contact(sam, harbor, "intake@harbor.example", role="intake")
    northgate = make_facility("Northgate")
    referral = make_referral(ana)
    consent_for(ana, referral, harbor, northgate)
    client, episode = as_user(ana), referral.episode_id
    page = text_of(client.get(reverse("referrals:match", args=[episode])))
    assert "Send it to Nights and weekends, Sky, night@harbor.example" in page
    assert page.count("I read it on the phone") == 1
    assert "Send it to Intake" not in page
    field = f"code_{harbor.pk}"
    data = {"facilities": [harbor.pk, northgate.pk], "answer_hours": 4, field: "nonsense"}
    wrong = client.post(reverse("referrals:offer-send", args=[episode]), data)
    assert wrong.status_code == 422 and not Offer.objects.exists()
    shown = client.post(reverse("referrals:offer-send", args=[episode]), {**data, field: str(night.pk)})
    text = text_of(shown)
    assert "The code goes to Nights and weekends, Sky, night@harbor.example" in text
    assert len(re.findall(r'class="spoken-code"', text)) == 1
    link = PartnerLink.objects.get(offer__facility=harbor)
    assert (link.code_contact, link.mailed_to) == (night, "intake@harbor.example")
    assert PartnerLink.objects.get(offer__facility=northgate).code_contact is None


def test_the_same_choice_stands_at_a_new_link(ana, sam, harbor, as_user):
    night = contact(sam, harbor)
    offer, _token, _code = one_sent(ana, harbor)
    client, url = as_user(ana), reverse("referrals:offer-link", args=[offer.pk])
    assert "Send it to Nights and weekends" in text_of(
        client.get(reverse("referrals:offer", args=[offer.pk]))
    )
    assert client.post(url, {"code_to": "nonsense"}).status_code == 422
    key = str(uuid4())
    shown = client.post(url, {"code_to": str(night.pk), "submit_key": key})
    assert "spoken-code" not in text_of(shown)
    assert client.post(url, {"code_to": str(night.pk), "submit_key": key}).status_code == 302
    assert PartnerLink.objects.count() == 2
    page = text_of(client.get(reverse("referrals:offer", args=[offer.pk])))
    assert "Code sent to Nights and weekends, Sky, night@harbor.example" in page


def test_the_list_of_partners_asks_for_all_contacts_at_once(ana, sam, as_user, django_assert_max_num_queries):
    referral = make_referral(ana)
    client, url = as_user(ana), reverse("referrals:match", args=[referral.episode_id])

    def queries():
        with django_assert_max_num_queries(1000) as seen:
            client.get(url)
        return len(seen)

    contact(sam, make_facility("Harbor"))
    queries()
    one = queries()
    for number in range(6):
        contact(sam, make_facility(f"House{number}"), f"night@house{number}.example")
    assert queries() == one


def test_several_partners_each_get_their_own_way(ana, sam, harbor):
    night = contact(sam, harbor)
    first, second = sent(ana, harbor, make_facility("Northgate"))
    assert first.new.link.code_contact is None and second.new.link.code_contact is None
    made = offers.resend_link(offer_id=first.offer.pk, by=ana, now=clock.now(), code_to=night.pk)
    assert made.link.code_contact == night
