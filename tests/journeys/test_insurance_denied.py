"""D15: a plan says no. Nobody is closed for it: other ways are offered, and a summary is taken home."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walk

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

CENTER = ZoneInfo("America/New_York")
NAME = "Marlow Quist"


def test_a_no_of_a_plan_is_not_the_end(product, sign_in, check_page):
    now = datetime.fromisoformat(product.manage("demo_clock").strip()).astimezone(CENTER)
    ana = sign_in("ana")
    ana.goto("/staff/episodes/new/")
    walk.begin_episode(ana, NAME)
    walk.answer_no_to_all(ana)
    coverage = re.sub(r"/assessment/.*", "/coverage/", ana.url)
    add_plan(ana, coverage, check_page)
    write_down_a_no(ana, f"{now - timedelta(minutes=5):%Y-%m-%d %H:%M}", check_page)
    refused_to_close(ana)

    # An appeal with its last day, which Today keeps.
    ana.goto(coverage)
    ana.get_by_role("link", name="Appeal", exact=True).click()
    expect(ana.get_by_role("heading", name="Another way to pay", level=1)).to_be_visible()
    ana.get_by_label("What was offered, and who does what").fill("Ana writes it with them on Monday.")
    ana.get_by_label("Last day").fill(f"{now + timedelta(days=5):%Y-%m-%d}")
    check_page(ana)
    walk.press(ana, "Save what was offered")
    expect(ana.get_by_text("Ana writes it with them on Monday.")).to_be_visible()
    ana.goto("/staff/")
    expect(ana.get_by_role("row").filter(has_text=NAME).filter(has_text="Appeal: last day")).to_be_visible()

    estimate(ana, coverage, check_page)
    take_home(ana, coverage, check_page)


def add_plan(page: Page, coverage: str, look) -> None:
    """Write down the plan on the card."""
    page.goto(coverage)
    expect(page.get_by_text("No plan is written down.")).to_be_visible()
    walk.press(page, "Add a plan")
    expect(page.get_by_role("heading", name="Add a plan", level=1)).to_be_visible()
    walk.choose(page, "Who insures the person?", "Aetna")
    page.get_by_label("Member number").fill("W-5550147")
    walk.choose(page, "Who holds the policy?", "The person")
    look(page)
    walk.press(page, "Add the plan")
    expect(page.get_by_role("heading", name="Aetna Not asked yet")).to_be_visible()


def write_down_a_no(page: Page, at: str, look) -> None:
    """Write down the call in which the plan said no."""
    walk.press(page, "Write down what a plan said")
    expect(page.get_by_role("heading", name="What a plan said", level=1)).to_be_visible()
    walk.pick(page, "How was the plan asked?", "We asked without saying who it is about")
    walk.pick(page, "What did the plan say?", "Denied")
    page.get_by_label("Time of the call").fill(at.replace(" ", "T"))
    walk.press(page, "Save what it said")
    expect(page.get_by_role("alert")).to_contain_text("Enter who you spoke with")
    page.get_by_label("Who you spoke with").fill("Quillon, extension 12")
    page.get_by_label("Reference number").fill("REF-40081")
    page.get_by_label("What the plan said").fill("Not a benefit of this plan.")
    look(page)
    walk.press(page, "Save what it said")
    expect(page.get_by_text("Nothing is offered yet")).to_be_visible()
    look(page)


def refused_to_close(page: Page) -> None:
    """Try to close for money: another way comes first."""
    page.goto("/staff/")
    walk.open_person(page, NAME)
    walk.press(page, "Pause or close this episode")
    page.get_by_label("No way to pay was found").check()
    walk.press(page, "Close the episode")
    expect(page.get_by_role("alert")).to_contain_text("which other way to pay was offered")


def estimate(page: Page, coverage: str, look) -> None:
    """Work out what thirty days cost."""
    page.goto(coverage)
    walk.press(page, "Make an estimate")
    expect(page.get_by_role("heading", name="Estimate", level=1)).to_be_visible()
    page.get_by_label(re.compile("^Residential")).check()
    page.get_by_label("How many days, visits or weeks").fill("30")
    look(page)
    walk.press(page, "Work it out")
    expect(page.get_by_text("An estimate, not a bill.")).to_be_visible()


def take_home(page: Page, coverage: str, look) -> None:
    """Give the summary in Spanish, through the door."""
    page.goto(coverage)
    walk.press(page, "Summary for the person")
    expect(page.get_by_role("heading", name="Summary for the person", level=1)).to_be_visible()
    walk.pick(page, "How did you make sure who it is?", "I know the person from care here")
    walk.pick(page, "Who asks?", "The person")
    walk.pick(page, "Language", "Spanish")
    walk.pick(page, "How", "Printed")
    look(page)
    walk.press(page, "Give it and record that")
    expect(page.get_by_role("heading", name="Lo que paga su plan")).to_be_visible()
    expect(page.get_by_text("Su plan dijo que no.")).to_be_visible()
    expect(page.get_by_text("Esto no promete que su plan pague.")).to_be_visible()
    look(page)
