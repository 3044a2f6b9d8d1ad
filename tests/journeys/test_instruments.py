"""A caller answers two screens; thoughts of death bring a clinician the same day, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_assessment import say_no_to_all, start

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]


def instruments(page):
    """Open the list from the bar of the open person."""
    page.get_by_role("link", name="Instruments", exact=True).first.click()
    page.wait_for_url("**/instruments/")


def answer(page, value):
    """Give every question that offers it the same answer."""
    for group in page.get_by_role("radiogroup").all():
        choice = group.get_by_label(value, exact=True)
        if choice.count():
            choice.check()


def save(page):
    page.get_by_role("button", name="Save and see the result").click()
    page.wait_for_url(re.compile("/instruments/[0-9a-f-]{36}/$"))


def test_thoughts_of_death_bring_a_clinician_the_same_day(sign_in):
    page = sign_in("ana", javascript=False)
    start(page, "Linden Grove")
    say_no_to_all(page)

    instruments(page)
    page.get_by_role("link", name="Give GAD-7").click()
    answer(page, "Several days")
    save(page)
    expect(page.get_by_text("7 of 21").first).to_be_visible()
    expect(page.get_by_text("Screening, not a diagnosis.").first).to_be_visible()

    page.get_by_role("link", name="Instruments", exact=True).last.click()
    page.get_by_role("link", name="Give PHQ-9").click()
    groups = page.get_by_role("radiogroup").all()
    groups[0].get_by_label("Nearly every day").check()
    groups[8].get_by_label("Several days").check()
    save(page)
    expect(page.get_by_role("heading", name="Thoughts of death or suicide: act now")).to_be_visible()
    expect(page.get_by_text("Not complete: between 4 and 25 of 27").first).to_be_visible()
    expect(page.get_by_role("link", name="988").first).to_have_attribute("href", "tel:988")

    page.get_by_role("link", name="Ask the ASQ now").click()
    for group, said in zip(
        page.get_by_role("radiogroup").all(), ("Yes", "No", "No", "No", "No"), strict=True
    ):
        group.get_by_label(said, exact=True).check()
    save(page)
    expect(page.get_by_text("Positive, without thoughts right now").first).to_be_visible()

    clinician = sign_in("dana", javascript=False)
    row = clinician.get_by_role("row").filter(has_text="Safety follow-up").filter(has_text="Linden Grove")
    row.get_by_role("link").last.click()
    clinician.get_by_role("button", name="Take it").click()
    clinician.get_by_role("button", name="Close the follow-up").click()
    expect(clinician.get_by_role("alert").first).to_contain_text("Enter what was done")
    note = "Called at once; safety plan made with her sister, pills locked away."
    clinician.get_by_label("What was done, and what happens next").fill(note)
    clinician.get_by_role("button", name="Close the follow-up").click()
    expect(clinician.get_by_text(note)).to_be_visible()
    clinician.goto("/staff/")
    expect(row).to_have_count(0)


def follow(page, name):
    """Follow a link and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def test_pages_of_instruments_are_accessible_in_both_themes_and_sizes(sign_in, look):
    page = sign_in("cole")
    start(page, "Aspen Vale")
    say_no_to_all(page)
    instruments(page)
    look(page, "instruments-none")
    follow(page, "Give COWS")
    page.get_by_role("button", name="Save and see the result").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, "cows-wrong")
    page.get_by_label("Resting pulse").fill("104")
    for group in page.get_by_role("radiogroup").all():
        group.get_by_role("radio").nth(1).check()
    save(page)
    look(page, "cows-result")
    follow(page, "Give again")
    page.get_by_label("Resting pulse").fill("72")
    save(page)
    follow(page, "Correct")
    look(page, "cows-correct")
    page.get_by_label("Why do you correct it?").fill("The rest was scored on paper")
    for group in page.get_by_role("radiogroup").all():
        group.get_by_role("radio").nth(0).check()
    save(page)
    look(page, "cows-trend")
    instruments(page)
    follow(page, "Record a result of CIWA-Ar from elsewhere")
    page.get_by_role("button", name="Save and see the result").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, "ciwa-elsewhere")
    page.get_by_role("link", name="Instruments", exact=True).last.click()
    follow(page, "Give PHQ-9")
    look(page, "phq9")
    answer(page, "Several days")
    save(page)
    look(page, "phq9-crisis")
    follow(page, "Open the follow-up")
    look(page, "follow-up")
    page.goto("/staff/about/")
    look(page, "about")


def typing_for_a_minute(page):
    """Let the page stand for as long as somebody types on it."""
    page.clock.install()
    page.reload()
    page.clock.fast_forward(61_000)


def test_no_yes_to_a_safety_question_is_lost_when_the_session_ends(sign_in, look):
    page = sign_in("ana")
    start(page, "Ottoline Voss")
    typing_for_a_minute(page)
    yes = page.get_by_role("radiogroup").first.get_by_label("Yes")
    yes.check()
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    look(page, "signed-out")
    expect(yes).to_be_checked()
    page.context.add_cookies(sign_in("ben").context.cookies())
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("Somebody else signed in here")).to_be_visible()
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Stop here")


def test_nothing_typed_is_lost_when_the_session_ends(sign_in):
    page = sign_in("ana")
    start(page, "Rowan Hale")
    say_no_to_all(page)
    instruments(page)
    follow(page, "Give PHQ-9")
    typing_for_a_minute(page)
    note = page.get_by_role("textbox", name="Note")
    note.fill("Read over the phone")
    answer(page, "Not at all")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save and see the result").click()
    expect(page.get_by_text("You were signed out")).to_be_visible()
    expect(note).to_have_value("Read over the phone")
    page.context.add_cookies(cookies)
    save(page)
    expect(page.get_by_text("0 of 27").first).to_be_visible()
