"""D10: who is or may be pregnant is consulted about at once, and not admitted before that is on record."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_assessment import pick, say_no_to_all, start
from tests.journeys.walk import press

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]
QUESTION = "Is the person pregnant, or could they be?"
MISSING = "The person is or may be pregnant: record the contact with obstetric care"


@pytest.mark.parametrize(
    ("javascript", "answer", "name"), [(True, "Yes", "Maren Ostrow"), (False, "It is possible", "Delia Kast")]
)
def test_a_pregnant_caller(sign_in, check_page, javascript, answer, name):
    page = sign_in("ana", javascript=javascript)
    look = check_page if javascript else lambda page: None
    address = start(page, name)
    admission = re.sub("assessment/$", "admission/", address)
    say_no_to_all(page)

    page.goto(address + "health/")
    expect(page.get_by_text("Never advise stopping suddenly").first).to_be_visible()
    pick(page, QUESTION, "Prefers not to say")
    press(page, "Save and close")
    page.wait_for_url("**/assessment/")
    page.goto(address + "health/")
    declined = page.get_by_role("radiogroup", name=QUESTION)
    expect(declined.get_by_label("No", exact=True)).not_to_be_checked()
    expect(declined.get_by_label("Prefers not to say")).to_be_checked()
    pick(page, QUESTION, answer)
    press(page, "Save and close")
    page.wait_for_url("**/assessment/")

    due = page.get_by_role("row").filter(has_text=name).filter(has_text="Urgent consultation is due now")
    page.goto("/staff/")
    expect(due).to_be_visible()
    look(page)

    page.goto(re.sub(r".*/episodes/([0-9a-f-]+)/assessment/$", r"/staff/referrals/for/\1/", address))
    can = page.get_by_role("group", name=re.compile("Can take this person"))
    expect(can).to_contain_text("St. Brigid Hospital")
    expect(can).not_to_contain_text("Harbor Detox")
    short = page.locator("details").filter(has_text=re.compile(r"^\s*One thing short"))
    short.locator("summary").click()
    expect(short.get_by_text("Does not take pregnant people").first).to_be_visible()
    look(page)

    page.goto(admission)
    expect(page.get_by_text(MISSING).first).to_be_visible()
    look(page)
    press(page, "Record the contact with obstetric care")
    expect(page.get_by_text(MISSING)).to_have_count(0)
    page.goto("/staff/")
    expect(due).to_have_count(0)
