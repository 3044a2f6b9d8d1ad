"""A computer that many people use: after signing out, Back, Forward and a restored window show nobody."""

import os
import shutil

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import PASSWORD
from tests.factories.records import make_person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NAME = "Zebulon Quartzmeister"


@pytest.fixture
def enter(live_server, ana):
    """Return a function that signs Ana in on a page."""

    def sign_in(page):
        page.goto(f"{live_server.url}/accounts/login/")
        page.get_by_label("Email").fill(ana.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")

    return sign_in


def seen_name(page) -> bool:
    return NAME in page.content()


def test_back_and_forward_after_signing_out_lead_to_the_sign_in_page(ana, open_page, live_server, enter):
    person = make_person(ana, NAME)
    page = open_page("/accounts/login/")
    enter(page)
    page.goto(f"{live_server.url}/staff/people/{person.pk}/")
    assert seen_name(page)
    page.goto(f"{live_server.url}/staff/people/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    for step in ("back", "back", "forward", "back", "back"):
        page.evaluate(f"history.{step}()")
        page.wait_for_timeout(400)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.wait_for_load_state()
        assert not seen_name(page), step


def test_a_page_that_the_browser_kept_whole_is_asked_for_anew(ana, open_page, live_server, enter):
    """Chromium keeps few pages that forbid storing, other browsers more: so the page is told that it was."""
    person = make_person(ana, NAME)
    page = open_page("/accounts/login/")
    enter(page)
    page.goto(f"{live_server.url}/staff/people/{person.pk}/")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert not seen_name(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_public_page_that_was_kept_stays_as_it_was_typed(open_page):
    page = open_page("/request/")
    page.locator("[name=call_name]").fill("Ana")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_timeout(300)
    assert page.locator("[name=call_name]").input_value() == "Ana"


def test_nothing_about_anybody_is_left_on_the_disk(ana, live_server, enter, tmp_path, browser):
    person = make_person(ana, NAME)
    profile = tmp_path / "profile"
    playwright = browser.browser_type  # the running Playwright: a second one can't be started beside it
    options = {
        "executable_path": os.environ.get("CHROMIUM") or shutil.which("chromium"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--restore-last-session"],
    }
    window = playwright.launch_persistent_context(str(profile), **options)
    page = window.new_page()
    enter(page)
    page.goto(f"{live_server.url}/staff/people/{person.pk}/")
    assert seen_name(page)
    kept = page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]")
    assert kept == [[], []]
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    window.close()
    words = [name.encode(code) for name in NAME.split() for code in ("utf-8", "utf-16-le")]
    traces = [
        str(file.relative_to(profile))
        for file in profile.rglob("*")
        if file.is_file() and any(word in file.read_bytes() for word in words)
    ]
    assert not traces
    again = playwright.launch_persistent_context(str(profile), **options)
    try:
        restored = again.new_page()
        restored.goto(f"{live_server.url}/staff/people/{person.pk}/")
        assert not seen_name(restored)
        assert not any(seen_name(one) for one in again.pages)
    finally:
        again.close()


def test_a_link_that_leaves_tells_nobody_where_it_was(open_page, live_server):
    page = open_page("/")
    asked = []
    page.route(
        "https://www.weather.gov/**", lambda route: (asked.append(route.request.headers), route.abort())
    )
    with page.expect_request("https://www.weather.gov/**"):
        page.get_by_role("link", name="Leave this site").first.click()
    page.wait_for_timeout(500)
    assert asked and not asked[0].get("referer")
    page = open_page("/families/")
    headers = []
    page.on("request", lambda request: headers.append(request.headers))
    with page.expect_navigation():
        page.get_by_role("link").nth(3).click()
    assert headers and not any(one.get("referer") for one in headers)
