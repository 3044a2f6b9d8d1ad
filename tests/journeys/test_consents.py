"""Preparing, signing here and on a phone, and taking back, in a real browser; with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from records.actions import signing
from records.models import Consent
from tests.factories.consents import draft_consent, signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_prepare_and_sign_here(ana, staff_page, javascript):
    person = make_person(ana)
    make_recipient()
    page = staff_page(f"/staff/people/{person.pk}/consents/", java_script_enabled=javascript)
    page.get_by_role("link", name="Prepare a consent").first.click()
    page.get_by_role("link", name="Share records with one facility, doctor or office").click()
    page.get_by_role("button", name="Prepare").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Who may receive it").select_option(label="Harbor Detox")
    page.get_by_label("Treatment and coordination of care").check()
    page.get_by_label("Name and date of birth").check()
    page.get_by_label("Medicines and allergies").check()
    page.get_by_role("button", name="Prepare").click()
    page.get_by_role("link", name="Sign on this screen").click()
    page.get_by_label("My medicines and allergies").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".consent-text")).not_to_contain_text("My name and my date of birth")
    page.get_by_label("Your full name").fill("Jordan Lee")
    page.get_by_role("button", name="I sign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("On file")
    assert Consent.objects.get().categories == ["medications"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_sign_on_a_phone_in_spanish(ana, staff_page, open_page, javascript):
    person = make_person(ana, "Ana María Núñez", language="es")
    consent = draft_consent(ana, person, make_recipient())
    desk = staff_page(f"/staff/consents/{consent.pk}/invite/", java_script_enabled=javascript)
    desk.get_by_role("button", name="Make a word and a code").click()
    word, code = (desk.locator(".spoken-code").nth(place).inner_text() for place in (1, 2))
    phone = open_page("/es/sign/", width=360, java_script_enabled=javascript)
    phone.get_by_label("Palabra").fill(word)
    phone.get_by_label("Código").fill(code)
    phone.get_by_role("button", name="Continuar").click()
    phone.get_by_label("Mis medicinas y alergias").check()
    phone.get_by_role("button", name="Continuar").click()
    phone.get_by_label("Su nombre completo").fill("Ana María Núñez")
    phone.get_by_role("button", name="Firmo").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Usted firmó")
    expect(phone.locator(".consent-text")).to_contain_text("Mis medicinas y alergias")
    desk.get_by_role("link", name="Check again").click()
    expect(desk.locator("main")).to_contain_text("no longer a draft")
    assert Consent.objects.get().signing.language == "es"


def test_staff_pages_are_accessible(ana, staff_page, look):
    person = make_person(ana)
    harbor = make_recipient()
    page = staff_page(f"/staff/people/{person.pk}/consents/")
    look(page, "consents-none")
    draft = draft_consent(ana, person, harbor)
    signed = signed_consent(ana, person, harbor, make_recipient("St. Brigid Hospital"))
    for name, path in {
        "consents": f"people/{person.pk}/consents/",
        "prepare": f"people/{person.pk}/consents/new/",
        "draft": f"consents/{draft.pk}/",
        "sign-choose": f"consents/{draft.pk}/sign/",
        "signed": f"consents/{signed.pk}/",
        "copy": f"consents/{signed.pk}/copy/",
        "withdraw": f"consents/{signed.pk}/withdraw/",
        "accounting": f"people/{person.pk}/disclosures/",
        "documents": f"people/{person.pk}/documents/",
        "invite": f"consents/{draft.pk}/invite/",
    }.items():
        page.goto(f"/staff/{path}")
        look(page, name)
    page.get_by_role("button", name="Make a word and a code").click()
    look(page, "invited")
    page.goto(f"/staff/consents/{signed.pk}/withdraw/")
    page.get_by_role("button", name="Record the withdrawal").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page, "withdraw-wrong")
    page.get_by_label("The whole consent").check()
    page.get_by_label("Spoken").check()
    page.get_by_role("button", name="Record the withdrawal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Receipt")
    look(page, "receipt")


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_signing_pages_are_accessible(ana, open_page, look, prefix):
    draft = draft_consent(ana, make_person(ana), make_recipient())
    said = signing.spoken(signing.invite(consent=draft, by=ana))
    name = f"phone{prefix.replace('/', '-')}"
    page = open_page(f"{prefix}/sign/", width=360)
    look(page, f"{name}-start")
    page.locator("#id_word").fill(said.word)
    page.locator("#id_code").fill("1")
    page.locator("main form button").first.click()
    look(page, f"{name}-wrong")
    page.locator("#id_code").fill(said.code)
    page.locator("main form button").first.click()
    look(page, f"{name}-read")
    page.locator("main form button").first.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.locator("#id_categories_0").check()
    page.locator("main form button").first.click()
    look(page, f"{name}-confirm")
    page.locator("#id_typed_name").fill("Jordan Lee")
    page.locator("main form button").first.click()
    expect(page.locator(".consent-text")).to_be_visible()
    look(page, f"{name}-done")
    page.goto(f"{prefix}/sign/declined/")
    look(page, f"{name}-declined")
