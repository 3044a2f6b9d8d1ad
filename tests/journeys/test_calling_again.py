"""A former person calls again (D17), and two records of one person become one and two again (D18)."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import walk
from tests.journeys.test_assessment import pick, say_no_to_all, start

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]


def person_of(page, name):
    """Find somebody on one's list and open their page."""
    page.goto("/staff/people/")
    page.get_by_label("Full name").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile("/staff/people/[0-9a-f-]+/$"))
    return page.url


def close_episode(page, name):
    """Close the open episode of somebody."""
    person_of(page, name)
    page.get_by_role("link", name="Close this episode").click()
    page.get_by_label("Care completed").check()
    page.get_by_role("button", name=re.compile("Close")).click()
    page.wait_for_url(re.compile("/staff/people/[0-9a-f-]+/$"))


def test_riley_calls_again_and_nothing_counts_until_it_is_confirmed(sign_in):
    page = sign_in("ana", javascript=False)
    address = start(page, "Riley Marsh")
    say_no_to_all(page)
    page.goto(address + "substances/")
    page.get_by_role("button", name="Add a substance").click()
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    page.get_by_label("Amount each time").fill("8")
    page.get_by_label("How long, in months").fill("14")
    pick(page, "Last time", "Today")
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url("**/assessment/")
    page.goto(address + "mental/")
    pick(page, "Anxiety", "Yes")
    page.get_by_label("Diagnoses the person was told").fill("none told")
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url("**/assessment/")
    close_episode(page, "Riley Marsh")

    page.goto("/staff/people/")
    page.get_by_label("Full name").fill("Riley Marsh")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Last here: closed")).to_be_visible()
    page.get_by_role("link", name=re.compile("Start a new episode for")).click()
    expect(page.get_by_text("No earlier consent and no earlier medical clearance counts.")).to_be_visible()
    page.get_by_role("button", name="Start a new episode").click()
    page.wait_for_url("**/safety-check/")
    expect(page.get_by_role("button", name="Save and go on")).to_be_visible()
    again = re.sub("safety-check/$", "assessment/", page.url)
    say_no_to_all(page)

    page.goto(again + "substances/")
    expect(page.get_by_text("No substance on the list yet.")).to_be_visible()
    before = page.get_by_role("region", name="Known from before")
    expect(before).to_contain_text("14 months")
    before.get_by_role("button", name=re.compile("^Use ?: Kratom leaf")).click()
    expect(page.get_by_label("Amount each time")).to_have_value("8")
    expect(page.get_by_role("radiogroup", name="Last time").get_by_label("Today")).not_to_be_checked()

    page.goto(again + "mental/")
    pick(page, "Low mood that lasts", "No")
    page.get_by_role("button", name="Use all of this section").click()
    expect(page.get_by_role("heading", name="Is this still so?")).to_be_visible()
    expect(page.get_by_text("none told")).to_be_visible()
    page.get_by_label(re.compile("^Diagnoses")).uncheck()
    page.get_by_role("button", name="Use what is ticked").click()
    expect(page.get_by_role("radiogroup", name="Anxiety").get_by_label("Yes", exact=True)).to_be_checked()
    expect(
        page.get_by_role("radiogroup", name="Low mood that lasts").get_by_label("No", exact=True)
    ).to_be_checked()
    expect(page.get_by_label("Diagnoses the person was told")).to_have_value("")
    page.get_by_role("button", name=re.compile("^Not any more ?: Diagnoses")).click()
    expect(page.get_by_role("region", name="Known from before")).to_have_count(0)


def test_pages_of_a_second_episode_are_accessible(sign_in, check_page):
    page = sign_in("ana")
    address = start(page, "Wilder Okafor")
    say_no_to_all(page)
    page.goto(address + "mental/")
    pick(page, "Anxiety", "Yes")
    page.get_by_label("Diagnoses the person was told").fill("none told")
    page.get_by_role("button", name="Save and close").click()
    page.wait_for_url("**/assessment/")
    close_episode(page, "Wilder Okafor")
    page.goto(person_of(page, "Wilder Okafor"))
    page.get_by_role("link", name="Start an episode").click()
    check_page(page)
    page.get_by_role("button", name="Start a new episode").click()
    page.wait_for_url("**/safety-check/")
    expect(page.get_by_role("button", name="Save and go on")).to_be_visible()
    again = re.sub("safety-check/$", "assessment/", page.url)
    say_no_to_all(page)
    page.goto(again + "mental/")
    check_page(page)
    page.get_by_role("button", name="Use all of this section").click()
    check_page(page)


def new_record(page, name, phone, born):
    """Start an episode for somebody new although somebody on file may be the same, and leave it."""
    page.goto("/staff/episodes/new/")
    page.get_by_label("Person's name").fill(name)
    page.get_by_label("Phone number").fill(phone)
    page.get_by_label("Date of birth").fill(born)
    page.get_by_label("English").check()
    walk.start_somebody_new(page)


def test_bob_is_robert_and_then_he_is_not(sign_in, check_page):
    page = sign_in("sam")
    new_record(page, "Robert Smithson", "(804) 555-0177", "1988-04-02")
    page.goto("/staff/episodes/new/")
    page.get_by_label("Person's name").fill("Bob Smithson")
    page.get_by_label("Phone number").fill("804 555 0177")
    page.get_by_label("English").check()
    page.get_by_role("button", name="Start and ask safety questions").click()
    expect(page.get_by_text("Same phone number").first).to_be_visible()
    page.get_by_label("No, this is a new person").check()
    page.get_by_role("button", name="Start and ask safety questions").click()
    page.wait_for_url("**/safety-check/")
    new_record(page, "R. Smythson", "804 555 0178", "1988-04-02")
    bob = person_of(page, "Bob Smithson")
    robert = person_of(page, "Robert Smithson")
    expect(page.get_by_text("Likely").first).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Compare, or say that they are two people").click()
    check_page(page)
    smythson = page.get_by_role("region", name=re.compile("R. Smythson"))
    expect(smythson).to_contain_text("Possible")
    smythson.get_by_text("Not the same", exact=True).first.click()
    smythson.get_by_label("Why are these two people?").fill("Their mother says: brothers")
    smythson.get_by_role("button", name=re.compile("^Not the same")).click()
    expect(page.get_by_role("region", name=re.compile("R. Smythson"))).to_have_count(0)

    page.get_by_role("link", name=re.compile("^Compare with")).click()
    expect(page.get_by_role("heading", name="Resolve first")).to_be_visible()
    check_page(page)
    close_episode(page, "Bob Smithson")
    page.goto(robert + "same/")
    page.get_by_role("link", name=re.compile("^Compare with")).click()
    page.get_by_label("Robert Smithson", exact=True).check()
    page.get_by_label("2 April 1988").check()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("Say why this is one person").first).to_be_visible()
    check_page(page)
    page.get_by_label("Why is this one person?").fill("Same phone; he says that he is called Bob")
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("One record now stands for both.")).to_be_visible()
    check_page(page)
    page.goto(bob)
    expect(page).to_have_url(robert)
    page.goto(robert + "same/")
    page.get_by_text("Undo this merge").click()
    page.get_by_label("Why", exact=True).fill("They are two people after all")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Both records are again what they were.")).to_be_visible()
    page.goto(bob)
    expect(page).to_have_url(bob)
