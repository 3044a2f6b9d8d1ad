"""Workflows D4, D5, D6, D22 and D23: a partner and staff, each in a browser of their own, at once."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from config import clock
from outbox.actions import secret_of
from outbox.models import Message
from records.actions import consents
from records.models import Consent
from referrals.actions import loop
from referrals.actions.links import LINK_MAIL
from referrals.models import LateAnswer, Offer, PartnerAsk, Referral
from tests.factories.referrals import (
    accept,
    consent_for,
    make_facility,
    make_referral,
    one_sent,
    sent,
)
from tests.referrals.test_partner_pages import typed

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pat(open_page):
    """Return a function that opens a link on a phone without JavaScript and enters the code."""

    def opened(token, code):
        page = open_page(
            reverse("partner:landing", args=[token]), width=360, height=740, java_script_enabled=False
        )
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("heading", name=re.compile("^Referral")).wait_for()
        return page

    return opened


def referral_page(offer):
    return reverse("referrals:referral", args=[offer.referral_id])


def test_d4_a_partner_declines_and_what_is_next_names_why(ana, pat, signed_in, look):
    offer, token, code = one_sent(ana)
    make_facility("St. Brigid Hospital")
    theirs, ours = pat(token, code), signed_in(ana, referral_page(offer))
    theirs.get_by_role("link", name="Decline", exact=True).click()
    theirs.get_by_role("button", name="Send").click()
    theirs.get_by_text("Select").first.wait_for()
    theirs.get_by_label("We have no bed").check()
    later = clock.now() + timedelta(days=1)
    theirs.get_by_label("When could you take someone?").fill(typed(later))
    theirs.get_by_role("button", name="Send").click()
    theirs.get_by_text("Nothing more is shown here").wait_for()
    assert "ratom" not in theirs.content()
    ours.reload()
    ours.get_by_text("Harbor Detox declined: We have no bed").wait_for()
    look(ours, "referral-declined")
    ours.get_by_role("link", name="Find a partner").first.click()
    ours.get_by_text("Declined by partner").first.wait_for()
    ours.get_by_role("link", name=re.compile(r"Record consent\s+for St. Brigid")).wait_for()


def test_d5_nobody_answers_and_a_late_yes_is_kept_and_decided(ana, sam, pat, signed_in, look):
    offer, token, code = one_sent(ana, make_facility("Northgate"))
    theirs = pat(token, code)
    theirs.get_by_role("link", name="Accept").click()
    with transaction.atomic():
        loop.sweep(offer.answer_due_at)
    theirs.get_by_label("Which bed or unit").fill("bed 2")
    theirs.get_by_label("I have read the safety alerts").check()
    theirs.get_by_role("button", name="Confirm accept").click()
    theirs.get_by_text("We have written down what you told us").wait_for()
    for secret in ("ratom", offer.referral.reference, "Northgate"):
        assert secret not in theirs.content()
    theirs.goto(reverse("partner:landing", args=[token]))
    theirs.get_by_role("heading", name="This request is closed").wait_for()
    assert Referral.objects.get().escalated_at is not None
    ours = signed_in(sam, reverse("partner:landing", args=[token]))
    look(ours, "p-closed")
    ours.goto(referral_page(offer))
    ours.get_by_role("link", name="Decide").first.click()
    ours.get_by_text("bed 2").first.wait_for()
    look(ours, "late")
    ours.get_by_label("Who said it").fill("Pat, night desk")
    ours.get_by_label("I have read the safety alerts").check()
    ours.get_by_role("button", name="Take it up").click()
    ours.wait_for_selector(".spoken-code")
    assert sorted(Offer.objects.values_list("status", flat=True)) == ["accepted", "expired"]
    assert LateAnswer.objects.get().decision == "used"


def test_d5_an_expired_link_is_asked_for_and_the_new_one_opens(ana, open_page, pat, signed_in, look):
    offer, token, _code = one_sent(ana, make_facility("Northgate"))
    with transaction.atomic():
        loop.sweep(offer.answer_due_at)
    theirs = open_page(
        reverse("partner:landing", args=[token]), width=360, height=740, java_script_enabled=False
    )
    theirs.get_by_role("heading", name="This request is closed").wait_for()
    theirs.get_by_role("button", name="Ask for a new link").click()
    theirs.get_by_role("heading", name="We have your message").wait_for()
    assert "Northgate" not in theirs.content()
    ours = signed_in(ana, reverse("desk:today"))
    ours.get_by_text("Northgate asks for a new link").first.wait_for()
    look(ours, "today-partner-asks")
    ours.goto(referral_page(offer))
    look(ours, "referral-partner-asks")
    ours.get_by_role("button", name="Send a new link").click()
    spoken = ours.locator(".spoken-code").inner_text()
    fresh = Message.objects.filter(kind=LINK_MAIL).order_by("-created_at").first()
    pat(secret_of(fresh), spoken)
    theirs.goto(reverse("partner:landing", args=[token]))
    theirs.get_by_role("heading", name="This request is closed").wait_for()
    assert PartnerAsk.objects.get().outcome == "link_sent"


def test_a_partner_reads_and_answers_in_spanish_without_javascript(ana, open_page, look, signed_in):
    _offer, token, code = one_sent(ana)
    page = open_page(
        reverse("partner:landing", args=[token]), width=360, height=740, java_script_enabled=False
    )
    page.get_by_role("link", name="Español").click()
    page.get_by_role("heading", name=re.compile("^Tiene un mensaje")).wait_for()
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_text("Pida que le llamemos").click()
    page.get_by_label("Código").fill("12")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_text("Ese código no coincide").first.wait_for()
    page.get_by_label("Código").fill(code)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name=re.compile("^Referencia")).wait_for()
    page.get_by_text("Gravedad").wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", name=re.compile("^Referral")).wait_for()
    page.get_by_role("link", name="Español").click()
    page.get_by_role("link", name="Aceptar").click()
    page.get_by_label("He leído las alertas de seguridad").check()
    page.get_by_role("button", name="Confirmar que acepta").click()
    page.get_by_text("Abrir el expediente completo").wait_for()
    page.get_by_role("button", name="Abrir el expediente completo").click()
    page.get_by_text("El expediente está en inglés").wait_for()
    assert Offer.objects.get().status == "accepted"
    seen = signed_in(ana, f"/es/p/{token}/")
    look(seen, "p-landing-es")


def test_d6_consent_is_withdrawn_while_the_partners_page_is_open(ana, pat, signed_in):
    offer, token, code = one_sent(ana)
    theirs = pat(token, code)
    theirs.get_by_role("link", name="Accept").click()
    ours = signed_in(ana, reverse("records:consent-revoke", args=[Consent.objects.get().pk]))
    ours.locator("main form").first.wait_for()
    consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    theirs.get_by_label("I have read the safety alerts").check()
    theirs.get_by_role("button", name="Confirm accept").click()
    theirs.get_by_role("heading", name="This link does not work").wait_for()
    assert not LateAnswer.objects.exists()
    ours.goto(referral_page(offer))
    ours.get_by_text("Withdrawn").first.wait_for()
    ours.get_by_text("Consent ended").first.wait_for()


def test_d22_arrived_was_a_mistake_and_somebody_is_looked_for(ana, pat, signed_in, look):
    offer, token, code = one_sent(ana)
    Offer.objects.update(sent_at=clock.now() - timedelta(hours=3))
    theirs = pat(token, code)
    accept(offer, ana)
    theirs.reload()
    theirs.get_by_role("link", name="Arrived").click()
    theirs.get_by_label("When did they arrive?").fill(typed(clock.now()))
    theirs.get_by_role("button", name="Confirm arrival").click()
    theirs.get_by_text("Arrived").first.wait_for()
    theirs.get_by_role("link", name="Did not arrive").click()
    theirs.get_by_role("button", name="Confirm").click()
    theirs.get_by_text("We are looking for the person").wait_for()
    ours = signed_in(ana, reverse("referrals:out-at-detox"))
    ours.get_by_role("heading", name=re.compile("Find out where they are")).wait_for()
    ours.get_by_text("Log a call").first.click()
    ours.get_by_label("What came of it").select_option("no_answer")
    look(ours, "board")
    ours.get_by_role("button", name="Write it down").click()
    ours.get_by_text("No answer").first.wait_for()
    assert Referral.objects.get().next_step == "missing_between"


def test_d23_a_forwarded_link_shows_nothing_and_locks(ana, pat, open_page, signed_in):
    harbor, brigid = make_facility(), make_facility("St. Brigid Hospital")
    referral = make_referral(ana)
    consent_for(ana, referral, harbor, brigid)
    first, second = sent(ana, harbor, brigid, referral=referral, consent=False)
    stranger = open_page(reverse("partner:landing", args=[first.new.token]), java_script_enabled=False)
    wrong = f"{(int(first.new.code) + 1) % 1_000_000:06d}"
    for _ in range(4):
        stranger.get_by_label("Code").fill(wrong)
        stranger.get_by_role("button", name="Continue").click()
        stranger.get_by_text("That code does not match").first.wait_for()
    stranger.get_by_label("Code").fill(wrong)
    stranger.get_by_role("button", name="Continue").click()
    stranger.get_by_role("heading", name="This link does not work").wait_for()
    for secret in (referral.reference, "Harbor", "ratom", "Jordan"):
        assert secret not in stranger.content()
    ours = signed_in(ana, reverse("referrals:referral", args=[referral.pk]))
    ours.get_by_text("A link was locked after wrong codes").first.wait_for()
    theirs = pat(second.new.token, second.new.code)
    theirs.get_by_role("link", name="Accept").wait_for()
