"""Every page of the loop in a real browser: axe, 360 and 1280 px, light and dark, and without JavaScript."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from config import clock
from referrals.actions import answers
from referrals.actions.decisions import store_decision
from referrals.actions.facilities import add_agreement
from referrals.models import CapacityReport
from referrals.views.match import found_for
from tests.factories.referrals import (
    accept,
    arrived,
    consent_for,
    make_facility,
    make_referral,
    one_sent,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("CLEARWAY_SHOTS")


def keep(page, name):
    """Keep pictures for a person to look at, when asked to."""
    if not SHOTS:
        return
    for scheme, size in (("light", 1280), ("dark", 360), ("light", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": size, "height": 800})
        page.screenshot(path=Path(SHOTS) / f"{name}-{size}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def world(ana):
    """One referral with a fit that has a consent, a fit without, and two that can't."""
    now = clock.now()
    harbor = make_facility()
    northgate = make_facility("Northgate", payers=["aetna"])
    make_facility("Cedar House", payers=["self_pay"], withdrawal_no=["benzo"])
    make_facility("Elm", channel="fax", email="", fax="+18045550199", payers=["aetna"])
    CapacityReport.objects.create(
        facility=harbor, beds_open=2, reported_at=now - timedelta(hours=9), source="phone"
    )
    referral = make_referral(ana)
    consent_for(ana, referral, harbor, northgate)
    return referral, harbor, northgate


def test_staff_pages(ana, sam, world, signed_in, check_page):
    referral, harbor, _northgate = world
    match = reverse("referrals:match", args=[referral.episode_id])
    page = signed_in(ana, match)
    page.get_by_label("Harbor Detox").check()
    keep(page, "match")
    check_page(page)
    page.get_by_role("button", name="Send to selected").click()
    page.wait_for_selector(".spoken-code")
    keep(page, "sent")
    check_page(page)
    offer = referral.offers.get()
    answers.ask(offer_id=offer.pk, text="Which dose?", by=ana, now=clock.now())
    places = {
        "need": reverse("referrals:need", args=[referral.episode_id]),
        "offer": reverse("referrals:offer", args=[offer.pk]),
        "accept": reverse("referrals:offer-step", args=[offer.pk, "accept"]),
        "sheet": reverse("referrals:offer-sheet", args=[offer.pk]),
        "list": reverse("referrals:referral-list"),
        "referral": reverse("referrals:referral", args=[referral.pk]),
        "person-call": reverse("referrals:person-call", args=[referral.pk]),
        "close": reverse("referrals:referral-close", args=[referral.pk]),
        "partners": reverse("referrals:partner-list"),
        "partner": reverse("referrals:partner", args=[harbor.pk]),
        "out-empty": reverse("referrals:out-at-detox"),
    }
    for name, path in places.items():
        page.goto(path)
        keep(page, name)
        check_page(page)
    accept(offer, ana)
    arrived(offer, ana)
    for name, path in (("out", reverse("referrals:out-at-detox")), ("match-held", match)):
        page.goto(path)
        keep(page, name)
        check_page(page)
    page.goto(places["offer"])
    page.get_by_role("button", name="Packet to print or fax").click()
    page.wait_for_selector("text=This record which has been disclosed")
    keep(page, "packet-print")
    check_page(page)
    page = signed_in(sam, reverse("referrals:partner-new"))
    page.get_by_role("button", name="Save").click()
    keep(page, "partner-new")
    check_page(page)


def test_pages_of_who_keeps_the_directory(ana, sam, world, signed_in, check_page):
    referral, harbor, _northgate = world
    add_agreement(facility=harbor, by=sam, kind="transfer", begins_on=clock.center_day(clock.now()))
    found = found_for(ana, referral.need, clock.now())
    for _ in range(6):
        store_decision(referral=referral, found=found, kind="nobody", by=ana, step="phone")
    page = signed_in(sam, reverse("referrals:partner-confirm-list"))
    expect(page.get_by_text("No paper shows it")).to_be_visible()
    keep(page, "confirm")
    check_page(page)
    page.get_by_role("button", name="Still true of Harbor Detox").click()
    expect(page.get_by_text("Everything was confirmed within a year.")).to_be_visible()
    page.get_by_role("link", name="Harbor Detox").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Where the paper is kept")).to_have_attribute("aria-invalid", "true")
    keep(page, "status")
    check_page(page)
    for name, path in (
        ("unmet", reverse("referrals:unmet")),
        ("partner-kept", reverse("referrals:partner", args=[harbor.pk])),
        ("referral-chosen", reverse("referrals:referral", args=[referral.pk])),
    ):
        page.goto(path)
        keep(page, name)
        check_page(page)


def test_a_partner_answers_without_javascript(ana, browser, live_server, check_page, open_page):
    offer, token, code = one_sent(ana)
    page = open_page(
        reverse("partner:landing", args=[token]), width=360, height=740, java_script_enabled=False
    )
    page.get_by_label("Code").fill("000000" if code != "000000" else "000001")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("That code does not match").first).to_be_visible()
    page.get_by_label("Code").fill(f"{code[:3]} {code[3:]}")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Accept").click()
    assert token not in page.url
    page.get_by_label("I have read the safety alerts").check()
    page.get_by_role("button", name="Confirm accept").click()
    page.get_by_role("button", name="Open the full record").click()
    expect(page.get_by_text("Jordan Lee").first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Arrived").click()
    page.get_by_label("When did they arrive?").fill(offer.sent_at.astimezone().strftime("%Y-%m-%dT%H:%M"))
    offer.refresh_from_db()
    assert offer.status == "accepted"


def test_partner_pages(ana, open_page, check_page):
    offer, token, code = one_sent(ana)
    page = open_page(reverse("partner:landing", args=[token]))
    keep(page, "p-landing")
    check_page(page)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector("text=Watch for")
    keep(page, "p-card")
    check_page(page)
    for name in ("accept", "decline", "ask", "waitlist", "beds"):
        page.goto(reverse(f"partner:{name}", args=[offer.pk]))
        with page.expect_navigation():
            page.locator("main form button[type=submit]").click()
        keep(page, f"p-{name}")
        check_page(page)
    accept(offer, ana)
    arrived(offer, ana)
    for name in ("referral", "packet", "clearance"):
        page.goto(reverse(f"partner:{name}", args=[offer.pk]))
        keep(page, f"p-{name}-after")
        check_page(page)
    page.goto(reverse("partner:packet", args=[offer.pk]))
    page.get_by_role("button", name="Open the full record").click()
    page.wait_for_selector("text=This record which has been disclosed")
    keep(page, "p-packet-open")
    check_page(page)
    page.goto(reverse("partner:landing", args=["unknown"]))
    keep(page, "p-gone")
    check_page(page)


def test_nobody_fits(ana, signed_in, check_page):
    facility = make_facility("Cedar House", payers=["self_pay"])
    referral = make_referral(ana)
    page = signed_in(ana, reverse("referrals:match", args=[referral.episode_id]))
    assert "No partner fits right now" in page.content()
    keep(page, "match-none")
    check_page(page)
    assert facility.recipient.name in page.content()
