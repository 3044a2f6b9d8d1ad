"""Answers after the time: kept, shown, decided by a person; nothing about anyone is shown for them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.models import Message
from records.actions import consents
from records.models import Consent
from referrals.actions import answers, late, loop, offers
from referrals.actions.referrals import close_referral
from referrals.actions.steps import LinkDead, Told
from referrals.models import LateAnswer, Offer, PartnerLink, Referral
from tests.factories.referrals import accept, make_facility, one_sent, sent

pytestmark = pytest.mark.django_db
TOLD = Told("phone", "Pat at intake")


def expired(ana):
    """An offer that nobody answered in time; returns (offer, token, code)."""
    offer, token, code = one_sent(ana)
    loop.sweep(offer.answer_due_at)
    offer.refresh_from_db()
    assert offer.status == "expired"
    return offer, token, code


def kept(ana, kind="yes"):
    expired(ana)
    link = PartnerLink.objects.get()
    said = {"name": "Pat", "note": "from 6 pm"}
    return late.late_by_link(link_id=link.pk, kind=kind, said=said, now=clock.now())


def tell(client, token, code, **more):
    given = {"token": token, "code": code, "kind": "yes", "name": "Pat", "note": "from 6 pm", **more}
    return client.post(reverse("partner:late-code"), given)


def agreed(**more):
    now = clock.now()
    times = {"arrival_from": now + timedelta(hours=1), "arrival_until": now + timedelta(hours=5)}
    return {**times, "read_back": True, "bed_note": "bed 2", **more}


def test_a_late_yes_by_the_dead_link_is_kept_and_becomes_our_next_step(ana, client):
    offer, token, code = expired(ana)
    page = client.get(reverse("partner:landing", args=[token]))
    assert page.status_code == 410 and b"call us" in page.content.lower()
    assert tell(client, token, code).status_code == 410
    answer = LateAnswer.objects.get()
    assert (answer.offer_id, answer.kind, answer.said) == (
        offer.pk,
        "yes",
        {"name": "Pat", "note": "from 6 pm"},
    )
    offer.refresh_from_db()
    referral = Referral.objects.get()
    assert offer.status == "expired"
    assert (referral.next_step, referral.next_due_at) == ("late_answer", answer.at)
    assert Message.objects.filter(kind="referrals.partner_answered", to=ana.email).exists()
    assert not Event.objects.filter(ids__icontains="6 pm").exists()


def test_a_late_answer_needs_the_code_and_five_wrong_ones_lock(ana, client):
    _offer, token, code = expired(ana)
    bad = f"{(int(code) + 1) % 1_000_000:06d}"
    asked = [tell(client, token, bad) for _ in range(5)]
    assert [one.status_code for one in asked] == [422] * 4 + [404]
    assert tell(client, token, code).status_code == 404
    assert not LateAnswer.objects.exists()


def test_an_incomplete_late_answer_costs_no_try(ana, client):
    _offer, token, code = expired(ana)
    assert tell(client, token, code, name="").status_code == 422
    assert PartnerLink.objects.get().tries == 0


def test_a_consent_that_ended_takes_nothing_and_says_nothing(ana, client):
    offer, token, code = one_sent(ana)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    assert tell(client, token, code).status_code == 404
    with pytest.raises(LinkDead):
        late.late_by_link(link_id=offer.links.get().pk, kind="yes", said={}, now=clock.now())


def test_an_open_offer_is_answered_as_usual_and_not_late(ana, client):
    _offer, token, code = one_sent(ana)
    assert tell(client, token, code).status_code == 404
    assert not LateAnswer.objects.exists()


def test_the_same_press_twice_is_one_answer(ana, client):
    _offer, token, code = expired(ana)
    key = "0b5ac9a4-3f2e-4a0e-9a39-0c42a1c1f5d7"
    for _ in range(2):
        assert tell(client, token, code, submit_key=key).status_code == 410
    assert LateAnswer.objects.count() == 1


def test_taking_it_up_makes_a_new_offer_that_is_accepted(ana):
    answer = kept(ana)
    made = late.use_late(late_id=answer.pk, told=TOLD, by=ana, now=clock.now(), **agreed())
    assert (made.offer.status, made.offer.previous_id) == ("accepted", answer.offer_id)
    change = made.offer.changes.get(step="accept")
    assert (change.told_by, change.said_by, change.actor_id) == ("phone", "Pat at intake", ana.pk)
    answer.refresh_from_db()
    assert (answer.decision, answer.decided_by) == ("used", ana)
    assert Referral.objects.get().next_step == "await_arrival"
    with pytest.raises(Conflict):
        late.not_needed(late_id=answer.pk, by=ana, now=clock.now())


def test_taking_it_up_asks_consent_again(ana):
    answer = kept(ana)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    with pytest.raises(Refused) as refused:
        late.use_late(late_id=answer.pk, told=TOLD, by=ana, now=clock.now(), **agreed())
    assert refused.value.code == "consent_needed"
    answer.refresh_from_db()
    assert answer.decision == ""


def test_with_another_partner_it_can_only_be_turned_down_and_they_are_told(ana):
    first, second = (one.offer for one in sent(ana, make_facility(), make_facility("Northgate")))
    accept(first, ana)
    link = second.links.get()
    answer = late.late_by_link(link_id=link.pk, kind="yes", said={"name": "Lou"}, now=clock.now())
    assert Referral.objects.get().next_step == "late_answer"
    with pytest.raises(Conflict):
        late.use_late(late_id=answer.pk, told=TOLD, by=ana, now=clock.now(), **agreed())
    late.not_needed(late_id=answer.pk, by=ana, now=clock.now())
    assert Referral.objects.get().next_step == "await_arrival"
    mails = Message.objects.filter(kind="partner.offer_ended", to=second.facility.email)
    assert mails.filter(key=f"late-answer:{answer.pk}").count() == 1
    assert Offer.objects.get(pk=first.pk).status == "accepted"


def test_a_late_answer_by_phone_names_who_said_it(ana, pia):
    offer, _token, _code = expired(ana)
    given = {"offer_id": offer.pk, "kind": "yes", "said": {"note": "bed free"}, "now": clock.now()}
    with pytest.raises(Refused):
        late.late_told(**given, told=Told("phone", "  "), by=ana)
    with pytest.raises(PermissionDenied):
        late.late_told(**given, told=TOLD, by=pia)
    answer = late.late_told(**given, told=TOLD, by=ana)
    assert (answer.told_by, answer.recorded_by, answer.said["name"]) == ("phone", ana, "Pat at intake")


def test_a_partner_who_declined_can_say_that_it_can_after_all(ana, client):
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now(), told=TOLD)
    page = client.get(reverse("partner:referral", args=[offer.pk])).content.decode()
    assert "Can you take somebody after all?" in page
    url = reverse("partner:late", args=[offer.pk])
    assert client.get(url).status_code == 410
    assert client.post(url, {"kind": "yes", "name": "Pat"}).status_code == 410
    assert LateAnswer.objects.get().offer_id == offer.pk


def test_an_undecided_answer_escalates(ana, sam):
    answer = kept(ana)
    loop.sweep(answer.at + timedelta(minutes=31))
    assert Referral.objects.get().escalated_at is not None


def test_staff_see_it_and_decide_on_a_page(ana, as_user, ben):
    answer = kept(ana)
    url = reverse("referrals:late", args=[answer.pk])
    client = as_user(ana)
    page = client.get(reverse("referrals:referral", args=[answer.offer.referral_id])).content.decode()
    assert url in page
    assert "from 6 pm" in client.get(url).content.decode()
    day = center_day(clock.now()) + timedelta(days=1)
    missing = client.post(url, {"arrival_from": f"{day}T10:00"})
    assert missing.status_code == 422
    given = {
        "arrival_from": f"{day}T10:00",
        "arrival_until": f"{day}T14:00",
        "read_back": "on",
        "told_by": "phone",
        "said_by": "Pat",
    }
    done = client.post(url, given)
    assert done.status_code == 200 and "spoken-code" in done.content.decode()
    assert "Taken up" in client.get(url).content.decode()
    assert as_user(ben).get(url).status_code == 404


def test_turning_it_down_on_the_page(ana, as_user):
    answer = kept(ana, kind="other")
    url = reverse("referrals:late", args=[answer.pk])
    assert as_user(ana).post(url, {"not_needed": "1"}).status_code == 302
    answer.refresh_from_db()
    assert answer.decision == "not_needed"


def test_writing_down_a_late_call_on_a_page(ana, as_user):
    offer, _token, _code = expired(ana)
    url = reverse("referrals:offer-late", args=[offer.pk])
    client = as_user(ana)
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "yes"}).status_code == 422
    said = {"kind": "yes", "told_by": "phone", "said_by": "Lou", "note": "after 9"}
    assert client.post(url, said).status_code == 302
    assert LateAnswer.objects.get().said == {"note": "after 9", "name": "Lou"}
    open_one, _token, _code = one_sent(ana, make_facility("Northgate"))
    assert client.get(reverse("referrals:offer-late", args=[open_one.pk])).status_code == 409


def refused_by(act):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    return refusal_code(refused.value)


def test_the_database_keeps_what_was_said_and_one_decision(ana):
    answer = kept(ana)
    rows = LateAnswer.objects.filter(pk=answer.pk)
    assert refused_by(lambda: rows.update(kind="other")) == "referrals_lateanswer_fixed"
    assert refused_by(lambda: rows.delete()) == "referrals_lateanswer_kept"
    assert refused_by(lambda: rows.update(decision="used")) == "referrals_lateanswer_decided"
    late.not_needed(late_id=answer.pk, by=ana, now=clock.now())
    assert refused_by(lambda: rows.update(decision="used")) == "referrals_lateanswer_decided_once"
    assert refused_by(lambda: rows.update(told_by="phone")) in {
        "referrals_lateanswer_fixed", "referrals_lateanswer_from",
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM referrals_lateanswer")
        assert b"6 pm" not in bytes(cursor.fetchone()[0])


def test_a_withdrawn_offer_takes_a_late_answer_and_a_closed_referral_asks_nothing(ana, client):
    offer, token, code = one_sent(ana)
    offers.withdraw(offer_id=offer.pk, by=ana, now=clock.now())
    close_referral(referral_id=offer.referral_id, outcome="no_partner", by=ana, now=clock.now())
    assert tell(client, token, code).status_code == 410
    assert LateAnswer.objects.count() == 1
    assert Referral.objects.get().next_step == "none"
