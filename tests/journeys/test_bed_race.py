"""Two colleagues hold the same bed: one gets it, the other reads who did, until when, and what is open."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from config import clock
from programs.actions.place_offers import sweep_places
from tests.factories.accounts import make_user
from tests.factories.care import make_bed, make_determination, make_use
from tests.factories.episodes import make_episode
from tests.factories.waiting import make_waiting

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sign_in(open_page):
    """Return a function that opens a page of its own browser as a user."""

    def opened(user, path):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = open_page("/accounts/login/")
        address = page.url.split("/accounts/")[0]
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
        page.goto(path)
        return page

    return opened


def fill(page, bed):
    """Choose the bed, and tomorrow as the end of the hold."""
    until = (clock.now() + timedelta(hours=24)).astimezone(ZoneInfo("America/New_York"))
    page.get_by_label("Bed or program").select_option(f"bed:{bed.pk}")
    page.get_by_label("A hold that ends by itself").check()
    page.get_by_label("Until, or expected back").fill(until.strftime("%Y-%m-%dT%H:%M"))


def offer(page, entry, bed):
    """Offer the bed to one who waits."""
    page.goto(reverse("programs:waitlist-offer", args=[entry.pk]))
    page.get_by_label("Free bed").select_option(f"bed:{bed.pk}")
    page.get_by_role("button", name="Offer the place").click()


def test_a_race_for_a_bed_and_what_becomes_of_it(sign_in, check_page):
    ana, ben = make_user("admissions", "ana"), make_user("admissions", "ben")
    cole = make_user("clinician", "cole")
    bed = make_bed(label="R2")
    r3 = make_bed(bed.program, "R3")
    hers, his = make_episode(ana), make_episode(ben, "Riley Park")

    # Both have the form open; Ana presses first.
    first = sign_in(ana, reverse("programs:bed-hold", args=[hers.pk]))
    second = sign_in(ben, reverse("programs:bed-hold", args=[his.pk]))
    fill(first, bed)
    fill(second, bed)
    first.get_by_role("button", name="Hold the place").click()
    expect(first.get_by_text("Bed R2 is held.")).to_be_visible()
    second.get_by_role("button", name="Hold the place").click()
    told = second.get_by_text(re.compile(rf"Bed R2 was taken at .* by {ana.display_name}, until "))
    expect(told).to_be_visible()
    expect(second.get_by_text("Next open: R3.")).to_be_visible()
    expect(
        second.get_by_text("On the waitlist for Residential the person would be number 1.")
    ).to_be_visible()
    expect(second.get_by_text("Jordan")).to_have_count(0)
    check_page(second)

    # In the same click Ben puts his person on the list.
    make_determination(his, cole)
    second.get_by_role("link", name="Join the waitlist").click()
    second.get_by_role("button", name="Put on the list").click()
    expect(second.get_by_text("The person is on the waitlist.")).to_be_visible()

    # On the board Ben sees that it is held, and not for whom.
    second.goto(reverse("programs:bed-board"))
    row = second.get_by_role("row").filter(has_text="R2")
    expect(row).to_contain_text("Held")
    expect(row).to_contain_text("Not shown")
    expect(row.get_by_role("button")).to_have_count(0)

    # Ana lets it go, and it is offered to who is first: not to somebody whom Ana put on the list later.
    later = make_waiting(ana, cole)
    make_use(r3, "out", by=ana)
    first.goto(reverse("programs:bed-board"))
    first.get_by_role("button", name=re.compile(r"Release\s+bed R2")).click()
    expect(first.get_by_text("Bed R2 is released.")).to_be_visible()
    first.goto(reverse("programs:waitlist-offer", args=[later.pk]))
    expect(first.get_by_text("Somebody else is first")).to_be_visible()
    offer(first, later, bed)
    expect(first.get_by_role("link", name="Write why the first person is passed over")).to_be_visible()
    sweep_places(clock.now())
    second.goto(reverse("programs:waitlist"))
    row = second.get_by_role("row").filter(has_text="Riley")
    expect(row).to_contain_text("Bed R2 until")
    row.get_by_role("link", name=re.compile("Answer")).click()
    second.get_by_label("Not now").check()
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_text("Noted. The place is offered to who is next.")).to_be_visible()
    assert later.offers.exists()

    # Somebody safer to wait is passed over, and the page says why.
    urgent, safer = make_waiting(ana, cole, reasons=["unsafe"]), make_waiting(ana, cole)
    offer(first, safer, make_bed(bed.program, "R4"))
    first.get_by_label("Why is the first person passed over?").fill("Nobody answered in three calls.")
    first.get_by_role("button", name="Offer the place").click()
    expect(first.get_by_text("Bed R4 is offered and held. Call the person now.")).to_be_visible()
    expect(first.get_by_text("Others were passed over: Nobody answered in three calls.")).to_be_visible()
    check_page(first)
    assert not urgent.offers.exists()
