"""The pages of the waitlist: accessible, and usable without a mouse or a script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.care import make_bed
from tests.factories.waiting import make_waiting

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_place_is_offered_and_taken(ana, ben, cole, staff_page, look):
    first = make_waiting(ana, cole, reasons=["overdose"], note="Alone at night.")
    make_waiting(ben, cole, pregnant=True)
    make_bed(label="R4")
    page = staff_page(reverse("programs:waitlist"))
    expect(page.get_by_text("Not shown")).to_have_count(2)
    look(page, "waitlist")
    page.get_by_role("link", name=first.episode.person.called, exact=True).click()
    page.wait_for_url(re.compile("/waitlist/[0-9a-f-]+/$"))
    look(page, "waiting")
    page.get_by_role("link", name="Call the person").click()
    page.wait_for_url("**/call/")
    look(page, "waiting-call")
    page.get_by_label("Reached: nothing new").check()
    page.get_by_role("button", name="Save the call").click()
    page.wait_for_url(re.compile("/waitlist/[0-9a-f-]+/$"))
    page.get_by_role("link", name="Offer a place").click()
    page.wait_for_url("**/offer/")
    expect(page.get_by_text("Somebody else is first")).to_be_visible()
    page.get_by_label("Free bed").select_option(index=1)
    page.get_by_role("button", name="Offer the place").click()
    expect(page.get_by_text("Write why the first person is passed over").first).to_be_visible()
    look(page, "waiting-offer")
    page.get_by_label("Why is the first person passed over?").fill("She arrives on Friday.")
    page.get_by_role("button", name="Offer the place").click()
    page.wait_for_url(re.compile("/waitlist/[0-9a-f-]+/$"))
    page.get_by_role("link", name="Note the answer").click()
    page.wait_for_url("**/waitlist/offers/*/")
    look(page, "waiting-answer")
    page.get_by_label("Takes the place").check()
    page.get_by_role("button", name="Save the answer").click()
    page.wait_for_url("**/admission/")
    page.goto(reverse("programs:waiting-of", args=[first.episode_id]))
    look(page, "waiting-of")
    page.goto(reverse("programs:waitlist-leave", args=[first.pk]))
    look(page, "waiting-leave")
