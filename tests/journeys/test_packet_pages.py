"""The pages of a packet in a real browser: axe, 360 and 1280 px, light and dark, and without JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories.episodes import ask_safety
from tests.factories.packets import accepted, marked_episode, opened

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def offer(ana):
    """An accepted offer whose packet was opened, of a record with long and odd answers."""
    episode = marked_episode(ana)
    ask_safety(ana, episode)
    made, _token, _code = accepted(ana, episode=episode, fax="+18045550141")
    opened(made, ana)
    return made


def test_staff_pages_of_a_packet(ana, offer, signed_in, look):
    page = signed_in(ana, reverse("referrals:offer-packets", args=[offer.pk]))
    look(page, "packets")
    page.get_by_label("Pages", exact=True).fill("0")
    page.get_by_role("button", name="Write the fax down").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "packets-wrong")
    page.goto(reverse("referrals:offer-packets", args=[offer.pk]))
    page.get_by_label("Pages", exact=True).fill("4")
    page.get_by_label("All pages went through").check()
    page.get_by_role("button", name="Write the fax down").click()
    expect(page.get_by_text("Version 1, 4 pages")).to_be_visible()
    look(page, "packets-faxed")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("heading", name="Physical health")).to_be_visible()
    look(page, "packet-print")
    page.goto(reverse("referrals:offer-misdirected", args=[offer.pk]))
    look(page, "packet-wrong-recipient")
