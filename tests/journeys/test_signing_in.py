"""Signing in: keyboard, errors, second factor; with and without JavaScript."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def fill_in(page, password):
    page.get_by_label("Email").fill("ana@demo.example")
    page.get_by_label("Password").fill(password)


@pytest.mark.parametrize("width, scheme", [(320, "light"), (1280, "dark")])
def test_a_wrong_password_is_explained_where_the_focus_is(ana, open_page, assert_accessible, width, scheme):
    page = open_page("/accounts/login/", width=width, color_scheme=scheme)
    assert_accessible(page)
    fill_in(page, "not the password")
    page.get_by_label("Password").press("Control+Enter")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Sign in - "))
    assert_accessible(page)


def test_an_empty_form_links_each_error_to_its_field(ana, open_page):
    page = open_page("/accounts/login/")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#id_login")).to_be_focused()
    assert page.locator("#id_login").get_attribute("aria-invalid") == "true"


def test_sign_in_works_without_javascript(ana, open_page):
    page = open_page("/accounts/login/", java_script_enabled=False)
    fill_in(page, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/staff/|/2fa/"))


def test_the_second_factor_is_set_up_and_then_asked_for(ana, open_page, assert_accessible):
    page = open_page("/accounts/login/")
    fill_in(page, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/staff/|/2fa/"))
    page.goto("/accounts/2fa/totp/activate/")
    expect(page.locator(".qr svg")).to_be_visible()
    assert_accessible(page)
    secret = page.locator("code").inner_text()
    page.locator("#id_code").fill(code_for(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert_accessible(page)

    again = open_page("/accounts/login/")
    fill_in(again, PASSWORD)
    again.get_by_role("button", name="Sign in").click()
    expect(again.get_by_role("heading", level=1)).to_have_text("Enter your code")
    assert_accessible(again)


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_typed_outlives_a_confirmation(ana, open_page, assert_accessible, settings, scripts):
    page = open_page("/accounts/login/", width=360, java_script_enabled=scripts)
    fill_in(page, PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/staff/"))
    page.goto("/accounts/password/change/")
    page.get_by_label("Present password").fill(PASSWORD)
    for label in ("New password", "New password again"):
        page.get_by_label(label, exact=True).fill("a lantern over the quiet harbor")
    settings.STEP_UP_MINUTES = -1
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it's you")
    if scripts:
        assert_accessible(page)
    page.get_by_label("Password", exact=True).fill("not this")
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("not your password")
    if scripts:
        assert_accessible(page)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm and go on").click()
    page.wait_for_url(re.compile(r"/staff/|/accounts/"))
    ana.refresh_from_db()
    assert ana.check_password("a lantern over the quiet harbor")
