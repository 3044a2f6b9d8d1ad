"""A call with interruptions: two people at once, a dropped call, no network, signed out, a crash."""

import random
import re
import shutil
import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.test_assessment import pick, say_no_to_all, start, take_over

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

COUNT = "How many times in treatment before"
SAVED = re.compile(r"^Saved \d")


def saved(page):
    """Wait until the page says that everything is saved."""
    expect(page.locator("form[data-workspace]")).to_have_attribute("data-saving", "saved")
    expect(page.locator("#saved")).to_contain_text("Saved")


def ask_until_it_tells(page, told):
    """Have the page ask now what it asks every twenty seconds, until that is told."""
    for _ in range(20):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_timeout(500)
        if told.count():
            break
    expect(told).to_be_visible()


def test_two_people_in_one_section(sign_in, check_page):
    ana, ben = sign_in("ana"), sign_in("ben")
    address = start(ana, "Ines Corwin")
    say_no_to_all(ana)
    take_over(ben, "Ines Corwin")
    for page in (ana, ben):
        page.goto(address + "mental/")
    ask_until_it_tells(ana, ana.locator("[data-presence]").filter(has_text="is here: Mental health"))

    ana.get_by_label(COUNT).press_sequentially("4")
    saved(ana)
    pick(ben, "Anxiety", "Yes")
    saved(ben)
    ana.get_by_label("Notes from the call").focus()
    ask_until_it_tells(ana, ana.get_by_text("changed 1 answer here"))
    ana.get_by_role("button", name="Show them").click()
    expect(ana.get_by_role("radiogroup", name="Anxiety").get_by_label("Yes")).to_be_checked()

    ben.get_by_label(COUNT).press_sequentially("9")
    expect(ben.locator(".chooser")).to_contain_text("Yours: 9")
    expect(ben.locator("#saved")).to_contain_text("changed this answer. Choose.")
    check_page(ben)
    ben.get_by_role("button", name=re.compile("^Ana.*: 4")).click()
    expect(ben.get_by_label(COUNT)).to_have_value("4")
    ben.get_by_label(COUNT).fill("6")
    saved(ben)
    ana.get_by_label(COUNT).fill("5")
    ana.get_by_role("button", name="Yours: 5").click()
    saved(ana)
    ben.reload()
    expect(ben.get_by_label(COUNT)).to_have_value("5")


def test_what_is_too_long_or_no_number_is_kept_whole_and_never_called_saved(sign_in, check_page):
    page = sign_in("ana")
    address = start(page, "Lowri Aspinall")
    say_no_to_all(page)
    page.goto(address + "mental/")
    state, long = page.locator("#saved"), page.get_by_label("Notes from the call")
    long.fill("w" * 12_000)
    page.get_by_label(COUNT).fill("w" * 300)
    expect(state).to_contain_text("Kept, but 2 answers aren't right yet")
    pick(page, "Anxiety", "Yes")
    expect(state).to_contain_text("Kept, but 2 answers aren't right yet")
    check_page(page)
    page.reload()
    expect(state).to_contain_text("Kept, but not all of it is right yet")
    expect(page.get_by_label(COUNT)).to_have_value("w" * 300)
    expect(long).to_have_value("w" * 12_000)
    page.get_by_label(COUNT).fill("4")
    expect(state).to_contain_text("Kept, but 1 answer isn't right yet")
    long.fill("w" * 10_000)
    saved(page)


LEAVE = """([id, text]) => {
  const box = document.getElementById(id), leave = new Event("beforeunload", { cancelable: true });
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  dispatchEvent(leave);
  return leave.defaultPrevented;
}"""


def test_leaving_asks_first_while_more_is_unsaved_than_a_browser_sends_behind_a_page(sign_in):
    page = sign_in("ana")
    address = start(page, "Perpetua Nash")
    say_no_to_all(page)
    page.goto(address + "mental/")
    notes = page.get_by_label("Notes from the call").get_attribute("id")
    assert page.evaluate(LEAVE, [notes, "short"]) is False
    saved(page)
    assert page.evaluate(LEAVE, [notes, "🌿" * 6000]) is True
    saved(page)
    assert page.evaluate(LEAVE, [notes, "short again"]) is False


def test_an_old_page_brought_back_overwrites_nothing(sign_in):
    page = sign_in("ana")
    address = start(page, "Odell Farrow")
    say_no_to_all(page)
    page.goto(address + "mental/")
    page.get_by_label(COUNT).fill("32")
    page.get_by_role("button", name="Save and next section").click()
    page.wait_for_url("**/signs/")
    page.goto(address + "mental/")
    page.get_by_label(COUNT).fill("40")
    page.get_by_role("button", name="Save and next section").click()
    page.wait_for_url("**/signs/")
    page.go_back()
    page.go_back()
    page.go_back()
    page.goto(address + "mental/")
    expect(page.get_by_label(COUNT)).to_have_value("40")


def test_a_dropped_call_goes_on_at_the_same_question_with_a_colleague(sign_in, check_page):
    ana = sign_in("ana")
    address = start(ana, "Sable Winters")
    say_no_to_all(ana)
    ana.goto(address + "mental/")
    pick(ana, "Anxiety", "Yes")
    ana.get_by_label(COUNT).press_sequentially("2")
    ana.get_by_role("button", name="Call dropped").click()
    expect(ana.get_by_role("heading", name="Call back", level=1)).to_be_visible()
    expect(ana.get_by_text("Mental health, How many times in treatment before")).to_be_visible()
    expect(ana.get_by_text("Do not leave a message.")).to_be_visible()
    check_page(ana)
    back = ana.url

    ben = sign_in("ben")
    take_over(ben, "Sable Winters")
    ben.goto("/staff/")
    expect(
        ben.get_by_role("row").filter(has_text="Sable Winters").filter(has_text="Call back")
    ).to_be_visible()
    ben.goto(back)
    ben.get_by_label("No answer").check()
    ben.get_by_role("button", name="Save the try").click()
    expect(ben.get_by_text("stays on the list")).to_be_visible()
    ben.get_by_label("Reached").check()
    ben.get_by_role("button", name="Save the try").click()
    ben.wait_for_url("**/safety-check/**")
    say_no_to_all(ben)
    ben.get_by_role("link", name="Continue").click()
    expect(ben.get_by_label(COUNT)).to_be_focused()
    expect(ben.get_by_label(COUNT)).to_have_value("2")
    expect(ben.get_by_text(re.compile("was here at"))).to_be_visible()


def test_a_press_while_the_page_saves_is_not_lost_where_timers_come_late(sign_in):
    page = sign_in("ana")
    address = start(page, "Corin Vale")
    say_no_to_all(page)
    page.add_init_script(
        "const timer = setTimeout; window.setTimeout = (then, after) => timer(then, after || 5000)"
    )
    page.goto(address + "mental/")
    page.get_by_label(COUNT).press_sequentially("2")
    page.get_by_role("button", name="Call dropped").click()
    expect(page.get_by_role("heading", name="Call back", level=1)).to_be_visible()
    page.goto(address + "mental/")
    expect(page.get_by_label(COUNT)).to_have_value("2")


def test_without_a_network_the_typing_stays_and_is_saved_when_it_is_back(sign_in):
    page = sign_in("ana")
    address = start(page, "Perrin Lowe")
    say_no_to_all(page)
    page.goto(address + "goals/")
    words = page.get_by_label("What does the person want from treatment?")
    words.press_sequentially("To sleep")
    saved(page)
    page.context.set_offline(True)
    words.press_sequentially(" again")
    expect(page.locator("#saved")).to_contain_text("Not connected, not saved since")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    expect(words).to_have_value("To sleep again")


def press_without_a_network(page, name):
    """Type without a network and press a link: all stays. Return the address, and the field of the words."""
    address = start(page, name)
    say_no_to_all(page)
    page.goto(address + "goals/")
    words = page.get_by_label("What does the person want from treatment?")
    page.context.set_offline(True)
    words.press_sequentially("To sleep")
    page.get_by_role("link", name="Mental health").click()
    expect(page.locator("#saved")).to_contain_text("Not connected, not saved since")
    expect(words).to_have_value("To sleep")
    return address, words


def test_a_press_without_a_network_is_made_once_all_is_saved(sign_in):
    page = sign_in("ana")
    address, words = press_without_a_network(page, "Sidney Pell")
    page.context.set_offline(False)
    page.wait_for_url("**/mental/")
    page.goto(address + "goals/")
    expect(words).to_have_value("To sleep")


def test_a_press_of_long_ago_is_not_made_any_more(sign_in):
    page = sign_in("ana")
    _address, words = press_without_a_network(page, "Aubin Frost")
    page.evaluate("const now = Date.now; Date.now = () => now() + 60000")
    page.context.set_offline(False)
    saved(page)
    page.wait_for_timeout(500)
    expect(words).to_have_value("To sleep")
    assert page.url.endswith("/goals/")


def test_after_signing_in_again_in_another_tab_the_typing_goes_on_here(sign_in, product):
    page = sign_in("ana")
    address = start(page, "Lior Ames")
    say_no_to_all(page)
    page.goto(address + "goals/")
    words = page.get_by_label("What does the person want from treatment?")
    page.context.clear_cookies()
    words.press_sequentially("To sleep again")
    expect(page.locator("#saved")).to_contain_text("You were signed out: sign in in a new tab")
    expect(words).to_have_value("To sleep again")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in (new tab)").click()
    tab = opened.value
    tab.get_by_label("Email").fill("ana@demo.example")
    tab.get_by_label("Password").fill(product.password)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/staff/")
    saved(page)
    expect(words).to_have_value("To sleep again")
    tab.goto(address + "goals/")
    expect(tab.get_by_label("What does the person want from treatment?")).to_have_value("To sleep again")


def test_the_keys(sign_in):
    page = sign_in("ana")
    address = start(page, "Bryn Salter")
    say_no_to_all(page)
    page.goto(address + "mental/")
    page.get_by_label(COUNT).press_sequentially("3")
    page.keyboard.press("Control+s")
    saved(page)
    page.keyboard.press("Alt+Shift+S")
    page.wait_for_url("**/safety-check/**")
    answers = page.get_by_role("radio", name="No", exact=True)
    for number in range(answers.count()):
        answers.nth(number).check()
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("**/mental/#id_treatment_count")
    expect(page.get_by_label(COUNT)).to_be_focused()
    expect(page.get_by_label(COUNT)).to_have_value("3")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/signs/")


def test_rows_are_added_removed_and_brought_back_without_losing_what_is_typed(sign_in):
    page = sign_in("ana")
    address = start(page, "Tamsin Reed")
    say_no_to_all(page)
    page.goto(address + "substances/")
    page.get_by_role("button", name="Add a substance").click()
    expect(page.get_by_label("Substance", exact=True)).to_be_focused()
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    page.get_by_label("Amount each time").press_sequentially("8")
    page.get_by_role("button", name="Add another substance").click()
    expect(page.get_by_label("Substance", exact=True).last).to_be_focused()
    expect(page.get_by_label("Amount each time").first).to_have_value("8")
    page.get_by_role("button", name="Remove substance 1").click()
    expect(page.get_by_text("off the list")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Amount each time").first).to_have_value("8")


def test_a_suicidal_caller_stops_everything_for_everybody(sign_in, check_page):
    ana, ben = sign_in("ana"), sign_in("ben")
    address = start(ana, "Jules Marrow")
    say_no_to_all(ana)
    take_over(ben, "Jules Marrow")
    ben.goto(address + "goals/")
    ben.get_by_label("What does the person want from treatment?").press_sequentially("To sl")

    ana.goto(re.sub("assessment/$", "safety-check/", address))
    pick(ana, "Thoughts of suicide now, a plan, or an attempt in the last 3 months?", "Yes")
    # The last keys come right before the alarm: once it rings, this page leaves by itself at any moment.
    ben.get_by_label("What does the person want from treatment?").press_sequentially("eep again")
    ana.get_by_role("button", name="Save and go on").click()
    expect(ana.get_by_role("heading", level=1)).to_contain_text("988")
    expect(ana.get_by_text("Where are you now?")).to_be_visible()
    # Who saved a moment before the alarm hears of it at the next beat, which comes every 20 seconds.
    ben.wait_for_url("**/safety-check/*/", timeout=60_000)
    check_page(ana)
    for path in ("", "goals/", "check/", "hold/"):
        ben.goto(address + path)
        expect(ben.get_by_role("heading", level=1)).to_contain_text("988")
    ana.get_by_label("The call was lost; tried to reach again").check()
    ana.get_by_label("Told to call 911 at").fill("02:11")
    ana.get_by_role("button", name="Save what was done").click()
    ana.wait_for_url("**/assessment/")

    ben.goto(address + "goals/")
    expect(ben.get_by_label("What does the person want from treatment?")).to_have_value("To sleep again")
    sam = sign_in("sam")
    row = sam.get_by_role("row").filter(has_text="Jules Marrow").filter(has_text="Call back")
    expect(row).to_be_visible()


# The browser is killed while somebody types

CALM, LONG = 3, 20


def crash_while_typing(sign_in, browser, product, name, seed):
    """Type, kill the browser at a random moment; return what was typed with times, and what is stored."""
    page = sign_in("ana")
    address = start(page, name)
    say_no_to_all(page)
    state = page.context.storage_state()
    other = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
    )
    typed, chance = [], random.Random(seed)
    window = other.new_context(base_url=product.address, storage_state=state).new_page()
    window.goto(address + "goals/")
    field = window.get_by_label("What does the person want from treatment?")
    field.focus()
    end = time.monotonic() + chance.uniform(1.5, 5)
    while time.monotonic() < end:
        letter = chance.choice("abcdefgh ijkl")
        window.keyboard.type(letter)
        typed.append((time.monotonic(), letter))
        time.sleep(chance.uniform(0.01, 0.12))
    died = time.monotonic()
    with suppress(Error):  # nobody is left to answer
        other.new_browser_cdp_session().send("Browser.crash")
    page.goto(address + "goals/")
    return typed, died, page.get_by_label("What does the person want from treatment?").input_value()


def assert_only_the_last_second_is_missing(typed, died, stored):
    whole = "".join(letter for _, letter in typed)
    sure = "".join(letter for at, letter in typed if at < died - 1)
    assert whole.startswith(stored) or whole.strip().startswith(stored.strip())
    assert len(stored) >= len(sure.rstrip()), f"{len(sure) - len(stored)} letters older than a second"


@pytest.mark.parametrize("seed", range(CALM))
def test_a_crash_loses_at_most_the_last_second(sign_in, browser, product, seed):
    outcome = crash_while_typing(sign_in, browser, product, f"Crash Tester {seed}", seed)
    assert_only_the_last_second_is_missing(*outcome)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(CALM, CALM + LONG))
def test_twenty_crashes_lose_at_most_the_last_second_each(sign_in, browser, product, seed):
    outcome = crash_while_typing(sign_in, browser, product, f"Crash Tester {seed}", seed)
    assert_only_the_last_second_is_missing(*outcome)
