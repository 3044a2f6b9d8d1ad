"""The small script on pages of its own making: one submit, Ctrl+Enter, non-answers, focus after a swap."""

from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from playwright.sync_api import expect

from config.fields import field_html
from config.forms import ClearwayForm, add_answer_pair
from tests.journeys.conftest import PATIENCE

pytestmark = pytest.mark.journey

SCRIPT = (Path(settings.BASE_DIR) / "static/clearway.js").read_text()
ADDRESS = "http://clearway.test"


class SectionForm(ClearwayForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        add_answer_pair(self, "drinks", forms.IntegerField(label="Drinks in a day"))


@pytest.fixture
def section(browser):
    """A page with one question and one button; `posts` counts what reaches the server (204: stay)."""
    context = browser.new_context()
    page = context.new_page()
    page.posts = 0
    body = (
        "<!doctype html><title>x</title><script src=/clearway.js defer></script>"
        f"<form method=post action=/save/>{field_html(SectionForm()['drinks'])}"
        '<button class="btn btn-primary" type=submit>Save</button></form>'
    )

    def answer(route):
        if route.request.method == "POST":
            page.posts += 1
            route.fulfill(status=204)
            return
        script = route.request.url.endswith(".js")
        route.fulfill(
            body=SCRIPT if script else body, content_type="text/javascript" if script else "text/html"
        )

    page.route(ADDRESS + "/**", answer)
    page.goto(ADDRESS + "/")
    yield page
    context.close()


def assert_one_post(section):
    """Wait for the first post, and a moment longer for a second that must not come."""
    waited = 0
    while not section.posts and waited < PATIENCE:
        section.wait_for_timeout(100)
        waited += 100
    section.wait_for_timeout(300)
    assert section.posts == 1


def test_a_second_press_sends_nothing_and_the_button_keeps_the_focus(section):
    button = section.get_by_role("button", name="Save")
    button.focus()
    for _ in range(3):
        section.keyboard.press("Enter")
    assert_one_post(section)
    expect(button).to_be_focused()
    assert button.get_attribute("aria-disabled") == "true"
    assert button.get_attribute("disabled") is None


def test_control_enter_sends_the_form(section):
    section.get_by_label("Drinks in a day", exact=True).press("Control+Enter")
    assert_one_post(section)


def test_a_non_answer_takes_the_answer_away_and_gives_it_back(section):
    box = section.get_by_label("Drinks in a day", exact=True)
    box.fill("8")
    section.get_by_label("Doesn't know").check()
    expect(box).to_have_value("")
    section.get_by_label("As entered").check()
    expect(box).to_have_value("8")


def test_typing_an_answer_takes_the_non_answer_away(section):
    section.get_by_label("Doesn't know").check()
    section.get_by_label("Drinks in a day", exact=True).fill("3")
    expect(section.get_by_label("As entered")).to_be_checked()


def test_errors_that_arrive_by_a_swap_take_the_focus(section):
    section.evaluate(
        """() => {
            document.body.insertAdjacentHTML("afterbegin",
                "<div id=part><div tabindex=-1 data-error-summary>There is a problem</div></div>");
            const swapped = new CustomEvent("htmx:afterSettle", {bubbles: true});
            document.getElementById("part").dispatchEvent(swapped);
        }"""
    )
    expect(section.locator("[data-error-summary]")).to_be_focused()
