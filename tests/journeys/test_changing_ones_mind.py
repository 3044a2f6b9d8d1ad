"""A person changes their mind (D16): on their terms, with the door open, and back within 30 days."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.test_assessment import pick, say_no_to_all, start
from tests.journeys.test_calling_again import person_of

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

CENTER = ZoneInfo("America/New_York")


@pytest.mark.parametrize(("javascript", "name"), [(True, "Nadia Vossler"), (False, "Tobin Hale")])
def test_a_person_stops_for_now_and_comes_back(product, sign_in, check_page, javascript, name):
    page = sign_in("ana", javascript=javascript)
    look = check_page if javascript else lambda page: None
    today = datetime.fromisoformat(product.manage("demo_clock").strip()).astimezone(CENTER).date()

    address = start(page, name)
    say_no_to_all(page)
    page.goto(address + "substances/")
    page.get_by_role("button", name="Add a substance").click()
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    pick(page, "Last time", "Today")
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url("**/assessment/")

    # The person stops: what they said, and what they heard.
    person_of(page, name)
    page.get_by_role("link", name="Pause or close this episode").click()
    page.wait_for_url("**/close/")
    expect(page.get_by_text("That is your choice, and nothing is lost.")).to_be_visible()
    look(page)
    words = page.get_by_label("What the person says, in their own words")
    expect(words).to_be_visible(visible=not javascript)
    page.get_by_label("The person chose not to go on").check()
    expect(words).to_be_visible()
    page.get_by_role("button", name="Close the episode").click()
    expect(page.get_by_text("Write what the person said").first).to_be_visible()
    look(page)
    words.fill("I want to be with my son first.")
    page.get_by_label("Wants it: told where to get it").check()
    page.get_by_label("I said that after a break the body takes less").check()
    page.get_by_label("On which day may we call?").fill(today.isoformat())
    page.get_by_label("How to reach them safely").fill("Mornings; no message")
    page.get_by_role("button", name="Close the episode").click()
    page.wait_for_url(re.compile("/staff/people/[0-9a-f-]+/$"))
    expect(page.get_by_text("It can be resumed within 30 days.")).to_be_visible()

    # The call that they asked for.
    page.goto("/staff/")
    row = page.get_by_role("row").filter(has_text=name).filter(has_text="Asked for a call after a pause")
    expect(row).to_be_visible()
    row.get_by_role("link", name=re.compile("^Call")).click()
    page.wait_for_url("**/pause/")
    expect(page.get_by_text("I want to be with my son first.")).to_be_visible()
    expect(page.get_by_text("Mornings; no message")).to_be_visible()
    look(page)
    expect(page.get_by_label("Day of the next call")).to_be_visible(visible=not javascript)
    page.get_by_label("The person wants to go on").check()
    page.get_by_role("button", name="Save the call").click()
    page.wait_for_url("**/episodes/new/*/")

    # The same episode goes on; the safety questions and the last use come anew.
    page.get_by_role("button", name="Resume this episode").click()
    page.wait_for_url("**/safety-check/")
    say_no_to_all(page)
    page.goto(address + "substances/")
    last = page.get_by_role("radiogroup", name="Last time")
    expect(last).to_be_visible()
    expect(last.get_by_label("Today", exact=True)).not_to_be_checked()
    page.goto("/staff/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(row).to_have_count(0)
