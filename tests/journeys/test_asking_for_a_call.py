"""Somebody asks for a call, and staff call back: with and without JavaScript, in both languages."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from intake.models import ContactAmendment, ContactRequest
from tests.factories.contact import make_request

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "public"]), pytest.mark.journey]
PAGES = (
    "", "request/", "request/danger/", "request/sent/", "request/change/", "request/information/",
    "what-to-expect/", "self-check/", "families/", "privacy/", "safety/", "help-now/",
)  # fmt: skip
ERROR = re.compile("^Error:")
PICTURES = os.environ.get("PICTURES")


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def fill(page, **changes):
    """Answer the five questions."""
    page.locator("[name=danger][value=no]").check()
    page.locator("[name=who][value=family]").check()
    page.locator("[name=call_name]").fill(changes.get("name", "Ana"))
    page.locator("[name=phone]").fill(changes.get("phone", "(804) 555-0123"))


@pytest.mark.parametrize("prefix", ["/", "/es/"])
def test_every_public_page_is_accessible_in_both_themes_and_sizes(open_page, check_page, prefix):
    page = open_page(prefix)
    for name in PAGES:
        page.goto(prefix + name)
        check_page(page)
        assert page.locator("h1").count() == 1
        for size, width in (("phone", 360), ("desk", 1280)):
            for scheme in ("light", "dark") if PICTURES else ():
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                picture(
                    page, f"{prefix.strip('/') or 'en'}-{name.strip('/').replace('/', '-')}-{size}-{scheme}"
                )


@pytest.mark.parametrize("script", [True, False])
def test_a_call_is_asked_for_corrected_and_confirmed(open_page, check_page, script):
    page = open_page("/request/", width=360, java_script_enabled=script)
    page.locator("main button.btn-primary").click()
    expect(page).to_have_title(ERROR)
    links = page.locator("[data-error-summary] a")
    assert links.count() == 4
    for position in range(links.count()):
        target = links.nth(position).get_attribute("href")
        assert page.locator(target).count() == 1
    if script:
        check_page(page)
        page.wait_for_function("document.activeElement.matches('[data-error-summary]')")
    picture(page, f"errors-{script}")
    fill(page, phone="12")
    with page.expect_navigation():
        page.locator("main button.btn-primary").click()
    expect(page.locator("[name=phone]")).to_have_value("12")
    page.locator("[name=phone]").fill("804.555.0123")
    page.locator("[name=phone]").press("Enter")
    page.wait_for_url("**/request/sent/")
    assert "(804) 555-0123" in page.locator("main").inner_text()
    picture(page, f"sent-{script}")
    if script:
        check_page(page)
    page.get_by_role("link", name="Wrong number? Change it").click()
    picture(page, f"change-{script}")
    page.locator("[name=phone]").fill("804 555 0199")
    page.get_by_role("button", name="Save change").click()
    page.wait_for_url("**/request/sent/")
    assert "(804) 555-0199" in page.locator("main").inner_text()
    assert ContactRequest.objects.count() == ContactAmendment.objects.count() == 1


def test_in_danger_the_first_thing_to_press_in_the_page_is_911(open_page, check_page):
    page = open_page("/request/", width=360)
    fill(page)
    page.locator("[name=danger][value=yes]").check()
    page.get_by_role("button", name="Ask for a call").click()
    page.wait_for_url("**/request/danger/")
    check_page(page)
    picture(page, "danger")
    page.locator("main").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "tel:911"
    assert ContactRequest.objects.get().urgent


@pytest.mark.parametrize("script", [True, False])
def test_changing_the_language_and_the_way_of_contact_keeps_the_answers(open_page, script):
    page = open_page("/request/", width=360, java_script_enabled=script)
    fill(page, name="Zoë")
    page.get_by_role("button", name="Español").click()
    page.wait_for_url("**/es/request/")
    assert page.locator("[name=call_name]").input_value() == "Zoë"
    assert page.locator("html").get_attribute("lang") == "es"
    page.get_by_role("button", name="Usar correo").click()
    page.locator("[name=email]").fill("zoe@mail.example")
    assert page.locator("[name=call_name]").input_value() == "Zoë"
    assert page.locator("[name=who]:checked").input_value() == "family"
    page.get_by_role("button", name="Pedir una llamada").click()
    page.wait_for_url("**/es/request/sent/")
    assert "zoe@mail.example" in page.locator("main").inner_text()
    assert ContactRequest.objects.get().language == "es"


def test_two_quick_presses_make_one_request(open_page):
    page = open_page("/request/")
    fill(page)
    page.get_by_role("button", name="Ask for a call").dblclick(no_wait_after=True)
    page.wait_for_url("**/request/sent/")
    assert ContactRequest.objects.count() == 1


def test_information_can_be_left(open_page, check_page):
    page = open_page("/families/", width=360)
    page.get_by_role("link", name="Tell us something about someone").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Who is it about?").fill("Jordan Lee")
    page.get_by_label("What would you like us to know?").fill("He took 60 g yesterday.")
    page.get_by_role("button", name="Send this").click()
    page.wait_for_url("**/request/sent/")
    check_page(page)
    picture(page, "information-sent")
    text = page.content()
    assert "Jordan" not in text
    assert "60 g" not in text


@pytest.fixture
def signed_in(open_page, live_server, ana):
    """Open a page as Ana."""
    from tests.factories.accounts import PASSWORD

    def sign_in(path, **options):
        page = open_page("/accounts/login/", **options)
        page.get_by_label("Email").fill(ana.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")
        page.goto(path)
        return page

    return sign_in


@pytest.mark.parametrize("script", [True, False])
def test_staff_call_back_and_log_it(signed_in, check_page, ana, settings, script):
    settings.MFA_REQUIRED = False
    waiting = make_request(ana, call_name="Fay", danger="unsure", message_ok="name_number", text_ok=True)
    make_request(ana, call_name="Jo", who="me", language="es")
    page = signed_in("/staff/requests/", java_script_enabled=script)
    if script:
        check_page(page)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, f"staff-list-{width}")
    page.get_by_role("link", name=re.compile("^Call Fay")).click()
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        picture(page, f"staff-detail-{width}")
    page.get_by_role("button", name="Start call").click()
    expect(page.locator("main")).to_contain_text("You are calling since")
    if script:
        check_page(page)
    page.get_by_role("link", name="Log the call").click()
    if script:
        check_page(page)
    picture(page, "staff-log")
    page.get_by_role("button", name="Log the call").click()
    expect(page).to_have_title(ERROR)
    page.get_by_label("No answer").check()
    page.get_by_label("In 15 minutes").check()
    page.get_by_role("button", name="Log the call").click()
    expect(page.locator("main")).to_contain_text("Next try")
    waiting.refresh_from_db()
    assert waiting.status == "no_answer"
    page.goto("/staff/requests/new/")
    if script:
        check_page(page)
    picture(page, "staff-new")
