"""Passkeys in a real browser, with a virtual authenticator: made, used alone, used to confirm, removed."""

import re

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from audit.models import Event
from tests.factories.accounts import PASSWORD

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
VIRTUAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(open_page, live_server, settings):
    """A window with a virtual authenticator. Passkeys need a name, so the address is localhost's."""
    settings.MFA_REQUIRED = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    at = live_server.url.replace("127.0.0.1", "localhost")
    page = open_page(f"{at}/accounts/login/")
    page.home = at
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    page.refuse = lambda refused: devtools.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": made["authenticatorId"], "isUserVerified": not refused},
    )
    return page


def heading(page):
    return page.get_by_role("heading", level=1)


def make_passkey(page, ana):
    page.get_by_label("Email").fill(ana.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("Set up a second factor")
    page.get_by_role("link", name="Make a passkey").click()
    page.get_by_label("Name of this passkey").fill("Work laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(heading(page)).to_have_text("Recovery codes")


def sign_in_by_passkey(page):
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/staff/"))


def test_a_passkey_is_made_and_signs_in_alone(page, ana, assert_accessible):
    make_passkey(page, ana)
    assert_accessible(page)
    page.goto(f"{page.home}/accounts/2fa/")
    expect(page.get_by_text("Work laptop").first).to_be_visible()
    assert_accessible(page)
    page.goto(f"{page.home}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    sign_in_by_passkey(page)
    names = list(Event.objects.order_by("at", "id").values_list("name", flat=True))
    assert [name for name in names if name.startswith("account.")][-2:] == [
        "account.signed_out",
        "account.signed_in",
    ]


def test_a_passkey_is_the_second_step_after_a_password(page, ana):
    make_passkey(page, ana)
    page.goto(f"{page.home}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Email").fill(ana.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(heading(page)).to_have_text("Enter your code")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile("/staff/"))


def test_a_holder_who_is_not_checked_does_not_get_in(page, ana):
    make_passkey(page, ana)
    page.goto(f"{page.home}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.refuse(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="was not used")).to_be_visible()
    assert "/accounts/login/" in page.url


def test_a_passkey_confirms_and_can_be_removed(page, ana, settings, assert_accessible):
    make_passkey(page, ana)
    page.goto(f"{page.home}/accounts/2fa/")
    page.get_by_role("link", name="Remove").click()
    settings.STEP_UP_MINUTES = -1
    page.get_by_role("button", name="Remove it").click()
    expect(heading(page)).to_have_text("Confirm it's you")
    assert_accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(heading(page)).to_have_text("Set up a second factor")
    assert not Authenticator.objects.exists()
    assert Event.objects.get(name="account.confirmed").ids == {"method": "passkey"}
    assert Event.objects.filter(name="account.passkey_removed").count() == 1
