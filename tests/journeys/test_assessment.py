"""A caller is assessed from the first safety question to the clinician, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import walk

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

SAFETY_QUESTIONS = 13


def start(page, name):
    """Start an episode for somebody new, whoever on file sounds alike; return its assessment's address."""
    page.goto("/staff/episodes/new/")
    page.get_by_label("Person's name").fill(name)
    page.get_by_label("Date of birth").fill("1990-03-03")
    page.get_by_label("English").check()
    walk.start_somebody_new(page)
    return re.sub("safety-check/$", "assessment/", page.url)


def say_no_to_all(page):
    """Answer every safety question with no, one by one."""
    answers = page.get_by_role("radio", name="No", exact=True)
    assert answers.count() == SAFETY_QUESTIONS
    for number in range(SAFETY_QUESTIONS):
        answers.nth(number).check()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/assessment/")


def take_over(page, name):
    """Find somebody on a colleague's list who is calling now, and join the care team."""
    page.goto("/staff/people/")
    page.get_by_label("Full name").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="They are calling now").click()
    page.wait_for_url(re.compile("/staff/people/[0-9a-f-]+/$"))


def pick(page, question, answer):
    """Choose an answer of a question with radios."""
    page.get_by_role("radiogroup", name=question).get_by_label(answer, exact=True).check()


def test_the_kratom_caller_reaches_the_clinician(sign_in):
    page = sign_in("ana", javascript=False)
    start(page, "Marlow Finch")
    say_no_to_all(page)
    page.get_by_role("link", name="Continue").click()

    page.get_by_role("button", name="Add a substance").click()
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    page.get_by_label("Form of the product").select_option("powder")
    page.get_by_label("Amount each time").fill("8")
    page.get_by_label("Counted in").select_option("g")
    page.get_by_label("Times a day").fill("4")
    page.get_by_label("Days a week").fill("7")
    page.get_by_label("How long, in months").fill("14")
    pick(page, "Last time", "Today")
    pick(page, "Is this everything the person uses?", "Yes")
    page.get_by_role("button", name="Save and next section").click()

    expect(page.get_by_role("heading", name="Withdrawal", level=1)).to_be_visible()
    pick(page, "Ever had a seizure or delirium when stopping?", "No")
    pick(page, "Does withdrawal start when a dose is skipped or late?", "Yes")
    page.get_by_label("How many times tried to stop?").fill("2")
    page.get_by_role("button", name="Save and next section").click()

    pick(page, "Is the person pregnant, or could they be?", "Cannot be pregnant")
    page.get_by_label("Medicines, one a line").fill("sertraline 50 mg daily")
    page.get_by_role("button", name="Save and next section").click()

    pick(page, "Thoughts of suicide", "None")
    pick(page, "Anxiety", "Yes")
    page.get_by_role("button", name="Save and next section").click()

    pick(page, "Takes it to cope with pain or distress?", "Yes")
    page.get_by_role("button", name="Save and next section").click()

    page.get_by_label("Who does the person live with?").fill("sister")
    pick(page, "Home now", "Stable")
    page.get_by_label("Hours or shifts").fill("works nights")
    page.get_by_label("How will care be paid?").select_option("aetna")
    page.get_by_role("button", name="Save and next section").click()

    page.get_by_label("What does the person want from treatment?").fill("To sleep again")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Nothing blocks sending").first).to_be_visible()
    expect(page.get_by_text("sertraline 50 mg daily")).to_be_visible()
    page.get_by_role("button", name="Send to clinician").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()


def test_a_yes_stops_the_work_and_says_what_to_do(sign_in):
    page = sign_in("ana", javascript=False)
    start(page, "Tobin Ash")
    pick(page, "Chest pain, fainting, or a pounding heart with faintness?", "Yes")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call 911 now")
    page.get_by_role("button", name="Save what was done").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose what was done")
    page.get_by_label("Told to call 911, or we called").check()
    page.get_by_label("Note, with times").fill("911 called at 2:11 am")
    page.get_by_role("button", name="Save what was done").click()
    page.wait_for_url("**/assessment/")


def test_a_dropped_call_is_held_and_asks_for_safety_again(sign_in):
    page = sign_in("ana", javascript=False)
    address = start(page, "Wren Calloway")
    say_no_to_all(page)
    page.goto(address + "mental/")
    pick(page, "Anxiety", "Yes")
    page.get_by_role("button", name="Save and close").click()
    page.get_by_role("link", name="Hold").click()
    page.get_by_role("button", name="The caller hung up").click()

    other = sign_in("ben", javascript=False)
    take_over(other, "Wren Calloway")
    other.goto(address)
    other.get_by_role("button", name="Resume").click()
    other.wait_for_url("**/safety-check/")
    say_no_to_all(other)
    other.goto(address + "mental/")
    expect(other.get_by_role("radiogroup", name="Anxiety").get_by_label("Yes")).to_be_checked()


def test_every_page_is_accessible_in_both_themes_and_sizes(sign_in, check_page):
    page = sign_in("ana")
    page.goto("/staff/episodes/new/")
    check_page(page)
    address = start(page, "Ellis Marlowe")
    check_page(page)
    say_no_to_all(page)
    check_page(page)
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Add a substance").click()
    page.get_by_role("button", name="Add another substance").click()
    page.get_by_label("Amount each time").first.fill("lots")
    page.get_by_label("Substance", exact=True).first.select_option("alcohol")
    page.get_by_label("Substance", exact=True).last.select_option("kratom_leaf")
    page.get_by_role("button", name="Save and next section").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    page.get_by_label("Amount each time").first.fill("8")
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url("**/assessment/")
    for key in ("substances", "withdrawal", "health", "mental", "social", "goals", "check", "hold"):
        page.goto(f"{address}{key}/")
        check_page(page)
    page.goto(f"{address}check/")
    page.get_by_role("button", name="Send to clinician").click()
    expect(page.get_by_role("alert")).to_be_focused()
    check_page(page)
    page.goto(re.sub("assessment/$", "safety-check/", address))
    page.get_by_role("radio", name="Yes", exact=True).nth(6).check()
    page.get_by_role("button", name="Save and go on").click()
    check_page(page)


def test_the_choice_between_two_answers_is_accessible(sign_in, check_page):
    ana = sign_in("ana")
    address = start(ana, "Sol Tamsin")
    say_no_to_all(ana)
    ana.goto(address + "mental/")
    ben = sign_in("ben", javascript=False)
    take_over(ben, "Sol Tamsin")
    ben.goto(address + "mental/")
    ben.get_by_label("How many times in treatment before").fill("9")
    ben.get_by_role("button", name="Save and close").click()
    ana.get_by_label("How many times in treatment before").fill("4")
    ana.get_by_role("button", name="Save and close").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Choose which answer to keep")
    check_page(ana)
    ana.get_by_role("radio", name="Yours: 4").check()
    ana.get_by_role("button", name="Keep the chosen answers").click()
    expect(ana.get_by_label("How many times in treatment before")).to_have_value("4")


def test_rare_questions_open_with_an_answer_and_keep_what_was_said(sign_in):
    page = sign_in("ana")
    address = start(page, "Perry Voss")
    say_no_to_all(page)
    page.goto(address + "substances/")
    page.get_by_role("button", name="Add a substance").click()
    stronger = page.get_by_role("radiogroup", name="Enhanced, concentrated or with 7-OH?")
    expect(stronger).to_be_hidden()
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    expect(stronger).to_be_visible()
    stronger.get_by_label("Enhanced", exact=True).check()

    plan = page.get_by_role("radiogroup", name="Is there another plan for the pain?")
    expect(plan).to_be_hidden()
    page.get_by_label("Pain", exact=True).check()
    plan.get_by_label("No", exact=True).check()
    page.get_by_label("Pain", exact=True).uncheck()
    expect(plan).to_be_visible()  # an answer never disappears

    page.get_by_label("Amount each time").fill("150")
    page.get_by_label("Counted in").select_option("g")
    unusual = page.get_by_role("radiogroup", name="That is more than most people report. Is it right?")
    expect(unusual).to_be_hidden()
    page.get_by_label("Times a day").fill("1")
    expect(unusual).to_be_visible()  # at the next save, without a new page
    page.get_by_label("Amount each time").fill("15")
    expect(unusual).to_be_hidden()
    page.get_by_label("Amount each time").fill("150")
    expect(unusual).to_be_visible()
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url(re.compile("/assessment/$"))
    page.goto(address + "substances/")
    expect(page.get_by_label("Amount each time")).to_have_value("150")
    expect(stronger.get_by_label("Enhanced", exact=True)).to_be_checked()
    expect(plan.get_by_label("No", exact=True)).to_be_checked()
    pick(page, "That is more than most people report. Is it right?", "Yes")
