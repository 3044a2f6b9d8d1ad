"""Sending: consent first, all or none, content-free mail, codes kept only as hashes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from outbox.handlers import handler_of
from outbox.models import Message
from records.choices import Category
from referrals.actions import offers
from referrals.choices import OfferStatus
from referrals.models import Offer, PartnerLink
from tests.factories.referrals import accept, consent_for, make_facility, make_referral, one_sent, sent

pytestmark = pytest.mark.django_db


def send(by, referral, *facilities, hours=4):
    now = clock.now()
    return offers.send_offers(
        referral_id=referral.pk,
        facilities=facilities,
        by=by,
        now=now,
        answer_due_at=now + timedelta(hours=hours),
    )


def test_without_a_consent_that_names_the_partner_nothing_is_sent(ana):
    harbor, brigid = make_facility(), make_facility("St. Brigid Hospital")
    referral = make_referral(ana)
    consent_for(ana, referral, harbor)
    with pytest.raises(Refused) as refused:
        send(ana, referral, harbor, brigid)
    assert refused.value.code == "consent_needed"
    assert "St. Brigid Hospital" in refused.value.message
    assert str(brigid.recipient_id) in refused.value.reasons[0]
    assert not Offer.objects.exists()
    assert not Message.objects.filter(kind="partner.link_sent").exists()


def test_a_consent_that_leaves_substances_out_is_not_enough(ana):
    harbor, referral = make_facility(), make_referral(ana)
    consent_for(ana, referral, harbor, categories=[Category.IDENTITY])
    with pytest.raises(Refused):
        send(ana, referral, harbor)


def test_a_sent_offer_has_its_times_its_history_and_a_next_step(ana):
    (out,) = sent(ana, make_facility())
    offer = Offer.objects.get()
    assert offer.status == OfferStatus.SENT
    assert offer.answer_due_at - offer.sent_at == timedelta(hours=4)
    assert [(c.source, c.target) for c in offer.changes.all()] == [("draft", "sent")]
    referral = offer.referral
    assert referral.next_step == "call_partner"
    assert referral.next_due_at == offer.sent_at + timedelta(minutes=30)
    assert Event.objects.filter(name="offer.send", object_id=offer.pk).count() == 1
    assert out.new.link.expires_at == offer.answer_due_at


def test_token_and_code_are_stored_as_hashes_only(ana):
    _offer, token, code = one_sent(ana)
    link = PartnerLink.objects.get()
    stored = f"{link.token_hash} {link.code_hash}"
    assert token not in stored
    assert code not in stored
    message = Message.objects.get(kind="partner.link_sent")
    assert token not in f"{message.ids} {message.to} {message.key}"
    assert token.encode() not in bytes(message.sealed_secret)


def test_the_mail_holds_the_link_and_nothing_about_anyone(ana):
    offer, token, code = one_sent(ana)
    message = Message.objects.get(kind="partner.link_sent")
    mail = handler_of(message.kind)(message)
    text = f"{mail.subject}\n{mail.body}"
    assert f"/p/{token}/" in mail.body
    assert code not in text
    person = offer.referral.episode.person
    forbidden = (
        person.name,
        person.reference,
        offer.referral.reference,
        "kratom",
        "detox",
        "treatment",
        "referral",
    )
    assert not [word for word in forbidden if word.casefold() in text.casefold()]


def test_a_link_that_died_before_the_mail_left_is_not_mailed(ana):
    offer, _token, _code = one_sent(ana)
    message = Message.objects.get(kind="partner.link_sent")
    offers.withdraw(offer_id=offer.pk, by=ana, now=clock.now())
    assert handler_of(message.kind)(message) is None
    message.refresh_from_db()
    assert message.status == "cancelled"


def test_partners_without_mail_get_no_link(ana):
    elm = make_facility("Elm", channel="fax", email="", fax="+18045550199")
    (out,) = sent(ana, elm)
    assert out.new is None
    assert not PartnerLink.objects.exists()


def test_at_most_three_at_a_time_and_one_open_offer_for_each(ana):
    facilities = [make_facility(f"Partner {n}", email=f"p{n}@partner.example") for n in range(5)]
    referral = make_referral(ana)
    consent_for(ana, referral, *facilities)
    with pytest.raises(Refused, match="too_many"):
        send(ana, referral, *facilities[:4])
    send(ana, referral, *facilities[:2])
    with pytest.raises(Conflict):
        send(ana, referral, facilities[0])
    with pytest.raises(Refused, match="too_many"):
        send(ana, referral, *facilities[2:4])
    send(ana, referral, facilities[2])
    assert Offer.objects.count() == 3


def test_after_a_yes_nobody_else_is_asked(ana):
    harbor, brigid = make_facility(), make_facility("St. Brigid Hospital")
    referral = make_referral(ana)
    consent_for(ana, referral, harbor, brigid)
    (out,) = send(ana, referral, harbor)
    accept(out.offer, ana)
    with pytest.raises(Conflict) as conflict:
        send(ana, referral, brigid)
    assert "Harbor Detox" in conflict.value.message


def test_nobody_selected_a_past_answer_time_and_a_partner_out_of_use_are_refused(ana):
    harbor, referral = make_facility(), make_referral(ana)
    consent_for(ana, referral, harbor)
    for facilities, hours, code in (((), 4, "nobody"), ((harbor,), 0, "answer_time")):
        with pytest.raises(Refused) as refused:
            send(ana, referral, *facilities, hours=hours)
        assert refused.value.code == code
    harbor.recipient.active = False
    harbor.recipient.save()
    with pytest.raises(Refused, match="inactive"):
        send(ana, referral, harbor)


def test_roles_that_do_not_work_with_people_send_nothing(ana, pia, audrey, ada):
    harbor, referral = make_facility(), make_referral(ana)
    consent_for(ana, referral, harbor)
    for by in (pia, audrey, ada):
        with pytest.raises(PermissionDenied):
            send(by, referral, harbor)
    assert not Offer.objects.exists()


def test_one_open_referral_for_an_episode(ana):
    referral = make_referral(ana)
    with pytest.raises(Conflict):
        make_referral(ana, referral.episode)


def test_a_new_link_stops_the_earlier_one(ana):
    offer, token, _code = one_sent(ana)
    made = offers.resend_link(offer_id=offer.pk, by=ana, now=clock.now())
    old = PartnerLink.objects.get(revoked_at__isnull=False)
    assert old.revoked_why == "replaced"
    assert made.token != token
    assert made.link.is_alive(clock.now())
    assert not old.is_alive(clock.now())
