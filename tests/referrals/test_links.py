"""Partner links: scanners, guessing, forwarding, expiry, withdrawal; and that all dead ends look the same."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from audit.actors import Actor
from audit.models import Event
from config import clock
from records.actions import consents
from records.choices import Category
from records.models import Consent, Disclosure
from referrals.actions import answers, loop, offers
from referrals.actions.links import open_by_code
from referrals.actions.steps import LinkDead
from referrals.models import Offer, PartnerLink
from tests.factories.referrals import accept, consent_for, make_facility, make_referral, one_sent

pytestmark = pytest.mark.django_db
# What the asker sent comes back: the address, also as the one of the other language.
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|about)" value="[^"]*"|href="(/es)?/p/[^"]*" hreflang')


def landing(token):
    return reverse("partner:landing", args=[token])


def page(offer):
    return reverse("partner:referral", args=[offer.pk])


def verify(client, token, code):
    return client.post(reverse("partner:verify"), {"token": token, "code": code})


def enter(client, token, code):
    response = verify(client, token, code)
    assert response.status_code == 302
    return client.get(response.url)


def rows():
    """Everything a scanner could change, as it is now."""
    return (
        list(PartnerLink.objects.values()),
        list(Offer.objects.values("status", "last_heard_at")),
        Event.objects.count(),
        Disclosure.objects.count(),
    )


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def body(response):
    return TOKEN.sub(b"", response.content)


def test_a_scanner_that_opens_the_link_twice_changes_nothing(ana, client):
    _offer, token, _code = one_sent(ana)
    before = rows()
    for method in (client.get, client.get, client.head):
        assert method(landing(token)).status_code == 200
    assert rows() == before


def test_the_landing_page_says_nothing_about_anyone(ana, client):
    offer, token, _code = one_sent(ana)
    text = client.get(landing(token)).content.decode()
    person = offer.referral.episode.person
    for secret in (person.name, person.reference, offer.referral.reference, "ratom", "Harbor"):
        assert secret not in text


def test_the_code_opens_the_card_which_identifies_nobody(ana, client):
    offer, token, code = one_sent(ana)
    shown = enter(client, token, f"{code[:3]} {code[3:]}")
    text = shown.content.decode()
    offer.refresh_from_db()
    person = offer.referral.episode.person
    assert offer.status == "opened"
    assert "Kratom leaf" in text
    assert "Adult 30-39" in text
    for secret in (person.name, person.called, person.reference, "1990", "804) 555-0123", "8045550123"):
        assert secret not in text
    assert token not in text
    assert Event.objects.filter(name="referral.card_shown").count() == 1
    assert not Disclosure.objects.exists()


def test_five_wrong_codes_kill_the_link_and_tell_us(ana, client):
    offer, token, code = one_sent(ana)
    left = [verify(client, token, wrong(code)) for _ in range(4)]
    assert [response.status_code for response in left] == [422] * 4
    assert "You can try 1 more time" in left[3].content.decode()
    dead = verify(client, token, wrong(code))
    assert dead.status_code == 404
    assert verify(client, token, code).status_code == 404
    assert client.get(landing(token)).status_code == 404
    offer.referral.refresh_from_db()
    assert offer.referral.next_step == "link_locked"
    assert offer.referral.next_due_at <= clock.now()
    assert Event.objects.filter(name="link.code_wrong").count() == 5


def test_a_right_code_gives_no_tries_back(ana, client):
    """Who has the address and not the code has five tries, however often the partner comes by."""
    _offer, token, code = one_sent(ana)
    for _ in range(4):
        assert verify(Client(), token, wrong(code)).status_code == 422
        assert verify(client, token, code).status_code == 302
    assert verify(Client(), token, wrong(code)).status_code == 404
    assert verify(client, token, code).status_code == 404


def test_guessing_from_one_address_is_slowed_down(ana, client):
    for _ in range(30):
        assert verify(client, "no-such-token" + uuid4().hex, "000000").status_code == 404
    assert verify(client, "no-such-token", "000000").status_code == 429


def test_an_empty_code_is_explained_and_counts_no_try(ana, client):
    _offer, token, _code = one_sent(ana)
    response = verify(client, token, "")
    assert response.status_code == 422
    assert "Enter the 6 digits of the code" in response.content.decode()
    assert PartnerLink.objects.get().tries == 0


def test_a_link_ends_with_its_answer_time(ana, client, monkeypatch):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    later = offer.answer_due_at
    monkeypatch.setattr(clock, "now", lambda: later)
    asked = [client.get(landing(token)), verify(client, token, code), client.get(page(offer))]
    for response in asked:
        assert response.status_code == 410
        assert "This request is closed" in response.content.decode()
        assert offer.referral.reference not in response.content.decode()


def test_a_forwarded_address_shows_nothing_without_the_code(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    stranger = Client()
    assert stranger.get(page(offer)).status_code == 404
    for name in ("accept", "decline", "ask", "packet", "clearance"):
        assert stranger.get(reverse(f"partner:{name}", args=[offer.pk])).status_code == 404
        assert stranger.post(reverse(f"partner:{name}", args=[offer.pk])).status_code in (404, 405)


def test_a_session_opens_its_own_offer_only(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    other, _token, _code = one_sent(ana, make_facility("St. Brigid Hospital"))
    morsel = client.cookies["visit"]
    assert morsel["path"] == page(offer)
    assert morsel["httponly"]
    thief = Client()
    thief.cookies["visit"] = morsel.value
    assert thief.get(page(other)).status_code == 404
    thief.cookies["visit"] = morsel.value[:-2] + "zz"
    assert thief.get(page(offer)).status_code == 404


def test_two_people_at_the_partner_can_both_be_in(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    colleague = Client()
    enter(colleague, token, code)
    assert client.get(page(offer)).status_code == 200


def test_every_dead_end_is_the_same_page(ana, client):
    unknown = client.get(landing("never-existed"))
    responses = [client.get(page(Offer(pk=uuid4())))]
    refused, token, code = one_sent(ana)
    enter(client, token, code)
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    responses += [client.get(landing(token)), client.get(page(refused)), verify(client, token, code)]
    replaced, token, _code = one_sent(ana, make_facility("St. Brigid Hospital"))
    offers.resend_link(offer_id=replaced.pk, by=ana, now=clock.now())
    responses.append(client.get(landing(token)))
    _locked, token, code = one_sent(ana, make_facility("Northgate"))
    for _ in range(5):
        verify(client, token, wrong(code))
    responses += [client.get(landing(token)), verify(client, token, code)]
    for response in responses:
        assert response.status_code == unknown.status_code == 404
        assert body(response) == body(unknown)


def test_what_is_not_needed_any_more_says_so_and_nothing_about_anyone(ana, client):
    gone, token, code = one_sent(ana)
    enter(client, token, code)
    offers.withdraw(offer_id=gone.pk, by=ana, now=clock.now())
    responses = [client.get(page(gone)), client.get(landing(token)), verify(client, token, code)]
    expired, token, code = one_sent(ana, make_facility("Northgate"))
    loop.sweep(expired.answer_due_at)
    responses += [client.get(landing(token)), verify(client, token, code)]
    person = gone.referral.episode.person
    for response in responses:
        assert response.status_code == 410
        text = response.content.decode()
        assert "This request is closed" in text and "You need to do nothing" in text
        for secret in (gone.referral.reference, expired.referral.reference, person.name, "ratom", "Harbor"):
            assert secret not in text


def test_a_withdrawn_consent_kills_the_link_on_the_next_request(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    url = reverse("partner:accept", args=[offer.pk])
    assert client.get(url).status_code == 200
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    assert client.get(page(offer)).status_code == 404
    assert client.post(url, {"read_back": "on"}).status_code == 404
    assert client.get(landing(token)).status_code == 404
    offer.refresh_from_db()
    assert offer.status == "withdrawn"


def test_consent_is_asked_again_even_when_no_hook_ran(ana, client, monkeypatch):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    monkeypatch.setattr("records.hooks.after_revoke", [])
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    offer.refresh_from_db()
    assert offer.status == "opened"
    assert client.get(page(offer)).status_code == 404
    assert verify(client, token, code).status_code == 404


def test_an_accepted_link_lives_on_for_arrival_and_clearance(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    taken = accept(offer, ana)
    link = PartnerLink.objects.get()
    assert link.expires_at == taken.arrival_until + timedelta(days=14)
    assert verify(Client(), token, code).status_code == 302


def test_after_a_decline_the_link_shows_the_status_and_nothing_else(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    answers.decline(offer_id=offer.pk, reason="full", by=ana, now=clock.now())
    text = client.get(page(offer)).content.decode()
    assert "Declined by partner" in text
    assert "ratom" not in text
    assert "Open the full record" not in text
    for ask in (client.get, client.post):
        assert ask(reverse("partner:packet", args=[offer.pk])).status_code == 404


def test_the_packet_opens_after_acceptance_and_is_accounted_once(ana, client):
    offer, token, code = one_sent(ana)
    enter(client, token, code)
    packet = reverse("partner:packet", args=[offer.pk])
    assert client.get(packet).status_code == 404
    assert client.post(packet).status_code == 404
    accept(offer, ana)
    assert "Jordan" not in client.get(page(offer)).content.decode()
    closed = client.get(packet)
    assert closed.status_code == 200
    assert "Open the full record" in closed.content.decode()
    assert "42 CFR part 2" in closed.content.decode()
    assert "Jordan" not in closed.content.decode()
    assert not Disclosure.objects.exists()
    answer = client.post(packet)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store, private")
    first = answer.content.decode()
    assert "Jordan Lee" in first
    assert "42 CFR part 2" in first
    assert "This record which has been disclosed to you is protected" in first
    assert "What the person has agreed to" in first
    client.post(packet)
    assert Disclosure.objects.count() == 1
    row = Disclosure.objects.get()
    assert row.subject == f"offer:{offer.pk}"
    assert row.by_kind == "partner"
    title = re.search("<title>(.*?)</title>", first, re.DOTALL).group(1)
    assert "Jordan" not in title


def test_the_card_is_cut_to_what_the_consent_covers(ana, as_user, client):
    referral = make_referral(ana, sex="female", pregnant="yes", watch=["pregnant"], notes="Likes tea")
    harbor = make_facility()
    consent_for(ana, referral, harbor, categories=[Category.SUBSTANCE_USE])
    offer, token, code = one_sent(ana, harbor, referral=referral, consent=False)
    enter(client, token, code)
    staff = as_user(ana)
    shown = [
        client.get(page(offer)),
        client.get(reverse("partner:accept", args=[offer.pk])),
        staff.get(reverse("referrals:offer-sheet", args=[offer.pk])),
        staff.get(reverse("referrals:offer-step", args=[offer.pk, "accept"])),
    ]
    for response in shown:
        text = response.content.decode()
        assert "Kratom leaf" in text
        assert "Not shared by the person" in text
        for word in ("Pregnant", "obstetric", "Aetna", "Likes tea"):
            assert word not in text


def test_the_sheet_says_nothing_more_once_the_consent_has_ended(ana, as_user):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    sheet = reverse("referrals:offer-sheet", args=[offer.pk])
    assert "ratom" in as_user(ana).get(sheet).content.decode()
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    text = as_user(ana).get(sheet).content.decode()
    assert "Not shared by the person" in text
    assert "ratom" not in text and "Aetna" not in text


def test_the_packet_is_cut_to_what_the_consent_covers(ana, client):
    referral, harbor = make_referral(ana), make_facility()
    consent_for(ana, referral, harbor, categories=[Category.SUBSTANCE_USE, Category.PRESENCE])
    offer, token, code = one_sent(ana, harbor, referral=referral, consent=False)
    enter(client, token, code)
    accept(offer, ana)
    text = client.post(reverse("partner:packet", args=[offer.pk])).content.decode()
    assert "Being in contact with this center" in text
    assert "Name and date of birth" not in text.split("What the person has agreed to")[0]
    assert "1990" not in text


def test_a_dead_link_refuses_in_the_action_too(ana):
    offer, _token, code = one_sent(ana)
    link = PartnerLink.objects.get()
    offers.resend_link(offer_id=offer.pk, by=ana, now=clock.now())
    with pytest.raises(LinkDead):
        open_by_code(link_id=link.pk, code=code, now=clock.now())
    with pytest.raises(LinkDead):
        accept(offer, Actor.partner(link.pk))
    with pytest.raises(LinkDead):
        accept(offer, Actor.partner(uuid4()))
