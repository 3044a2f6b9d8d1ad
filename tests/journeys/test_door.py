"""The door out without consent in a browser: by keyboard in under a minute, without JavaScript, and axe."""

import time

import pytest
from playwright.sync_api import expect

from records.models import Disclosure, EmergencyDisclosure
from tests.factories.door import (
    make_agreement,
    make_court,
    make_emergency,
    make_legal_request,
    make_limit,
    make_mandate,
    make_order,
)
from tests.factories.episodes import make_episode

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BESIDE_TYPING = 20  # seconds: pages, focus and submit; a person types the rest in the minute


def test_medical_staff_are_told_by_keyboard_in_under_a_minute(ana, page_of):
    person = make_episode(ana).person
    page = page_of(ana, f"/staff/people/{person.pk}/")
    began = time.monotonic()
    page.get_by_role("link", name="Medical emergency: tell medical staff").press("Enter")
    keys = page.keyboard
    expect(page.get_by_label("Who are you telling?")).to_be_focused()
    keys.type("Dr. Noor Haddad")
    keys.press("Tab")
    keys.type("Mercy Hospital")
    keys.press("Tab")
    keys.type("Seizure")
    keys.press("Tab")
    keys.press("Space")  # why: the first reason
    keys.press("Tab")  # past the other reason
    keys.press("Tab")
    keys.press("Space")  # by phone
    keys.press("Tab")
    keys.press("Space")  # name and date of birth
    keys.press("Control+Enter")
    expect(page.get_by_text("Read out what is below")).to_be_visible()
    assert time.monotonic() - began < BESIDE_TYPING
    kept = EmergencyDisclosure.objects.get()
    assert kept.personnel_name == "Dr. Noor Haddad" and Disclosure.objects.get().categories == ["identity"]


def test_from_the_menu_without_javascript(ana, page_of):
    person = make_episode(ana).person
    page = page_of(ana, "/staff/", java_script_enabled=False)
    page.get_by_role("link", name="Emergency", exact=True).click()
    page.get_by_label("Reference").fill(person.reference)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Jordan Lee").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell medical staff")
    assert page.locator("main input:checked").count() == 0


def test_every_page_is_accessible_in_both_sizes_and_themes(ana, sam, page_of, check_page):
    person, court = make_episode(ana).person, make_court()
    order = make_order(person, court)
    mandate, limit = make_mandate(person, court, order), make_limit(person, agreed=False)
    alone = make_mandate(person, court)
    make_agreement(court)
    told = make_emergency(ana, person).disclosures.get()
    taken = make_legal_request(ana)
    page = page_of(sam, "/staff/emergency/")
    base = f"/staff/people/{person.pk}"
    for path in (
        "/staff/emergency/", f"{base}/emergency/", f"{base}/emergency/late/", f"{base}/without-consent/",
        f"{base}/without-consent/agreement/", f"{base}/without-consent/report/", f"{base}/legal/",
        f"{base}/without-consent/copy/",
        f"{base}/legal/orders/new/", f"{base}/legal/subpoenas/new/", f"{base}/limits/", f"{base}/limits/new/",
        f"/staff/legal/subpoenas/{alone.pk}/order/", f"/staff/legal/subpoenas/{mandate.pk}/answer/",
        "/staff/legal/arrived/", "/staff/legal/requests/",
        f"/staff/legal/requests/{taken.pk}/", "/staff/agreements/", "/staff/agreements/new/",
        "/staff/limits/", f"/staff/limits/{limit.pk}/", f"/staff/limits/{limit.pk}/decline/",
        f"/staff/disclosures/{told.pk}/",
    ):  # fmt: skip
        page.goto(path)
        check_page(page)
