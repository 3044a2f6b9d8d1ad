"""A real Chromium for the journeys; a missing browser is an error, never a silent skip."""

import json
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Error, expect, sync_playwright

from accounts.session_store import SessionStore
from tests.journeys.product import Product

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
PATIENCE = 30_000  # milliseconds: a busy machine is no failure; speed is measured elsewhere
expect.set_options(timeout=PATIENCE)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every rule looks at everything, but only violations are told in full: describing each element that passed
# took most of the time.
AXE_OPTIONS = {"runOnly": RULES, "resultTypes": ["violations"]}
# What axe or the browser says when the page under it was replaced while it looked.
GONE = ("Execution context was destroyed", "reading 'documentElement'", "axe is not defined")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run: the system's, or the one that CHROMIUM names."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "install Chromium or set CHROMIUM to its path"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, live_server):
    """Return a function that opens a path in a fresh window; fails the test on a refused script or style."""
    contexts, complaints = [], []

    def open_path(path, *, width=1280, height=800, **options):
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def assert_accessible():
    """Return a check of the open page: no axe violation, nothing wider than the window."""

    def check(page):
        found = run_axe(page)
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    return check


# -------------------------------------------- the whole product, as a user starts it


@pytest.fixture(scope="session")
def product():
    """One running Clearway for all journeys of this session."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="cw-journey-", dir=base) as folder:
        running = Product(Path(folder))
        yield running
        running.stop()


@pytest.fixture
def open_browser(browser, product):
    """Return a function that opens a browser of one person's own, with or without JavaScript."""
    contexts, complaints = [], []

    def open_window(*, javascript=True, size="desk", scheme="light", locale="en-US"):
        context = browser.new_context(
            base_url=product.address,
            viewport=SIZES[size],
            java_script_enabled=javascript,
            color_scheme=scheme,
            locale=locale,
            timezone_id="America/New_York",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def sign_in(open_browser, product):
    """Return a function that signs a member of the demo's staff in and returns their page."""

    def as_staff(name, **window):
        page = open_browser(**window)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(f"{name}@demo.example")
        page.get_by_label("Password").fill(product.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/staff/")
        return page

    return as_staff


def run_axe(page):
    """Run axe on the page, putting it there first unless this very document has it; return the violations."""
    if not page.evaluate("typeof window.axe?.run === 'function'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate("async options => (await axe.run(options)).violations", AXE_OPTIONS)


def violations(page):
    """Run axe on the page that has arrived; once more when another replaced it meanwhile."""
    page.wait_for_load_state()
    try:
        return run_axe(page)
    except Error as error:
        if not any(words in error.message for words in GONE):
            raise
        page.wait_for_load_state()
        return run_axe(page)


@pytest.fixture
def check_page(request):
    """Return a function that runs axe on the phone and the desk, in light and in dark, and looks for width.

    axe is the dearest part of the suite: the everyday run takes the phone in light and the desk in dark, the
    full-length run every pair.
    """
    pairs = [("light", "phone"), ("dark", "desk")]
    if not request.config.getoption("markexpr"):
        pairs += [("dark", "phone"), ("light", "desk")]

    def check(page):
        kept = page.viewport_size
        for scheme, size in pairs:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(SIZES[size])
            page.evaluate("scrollTo(0, 0)")  # a bar that stays in view covers what was scrolled beneath it
            found = violations(page)
            told = [(v["id"], [n["html"][:200] for n in v["nodes"]][:4]) for v in found]
            assert not found, f"{page.url} {scheme} {size}: {json.dumps(told)}"
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{page.url} {size}: {wide} px too wide"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(kept)

    return check


@pytest.fixture
def page_of(as_user, open_page, live_server, settings):
    """Return a function that opens a path as one member of staff."""
    settings.MFA_REQUIRED = False

    def open_as(user, path, **options):
        cookies = as_user(user).cookies
        page = open_page("/sign/", **options)
        page.context.add_cookies(
            [{"name": name, "value": one.value, "url": live_server.url} for name, one in cookies.items()]
        )
        page.goto(path)
        return page

    return open_as


@pytest.fixture
def staff_page(ana, page_of):
    """Return a function that opens a path as Ana."""
    return partial(page_of, ana)


@pytest.fixture
def signed_in(open_page, live_server):
    """Return a function that opens a page as a member of staff."""

    def open_as(user, path):
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        page = open_page("/accounts/login/")
        page.context.add_cookies(
            [
                {
                    "name": django_settings.SESSION_COOKIE_NAME,
                    "value": store.session_key,
                    "url": live_server.url,
                }
            ]
        )
        page.goto(path)
        return page

    return open_as


@pytest.fixture
def look(check_page):
    """Check a page with axe in both themes and widths; LOOK names a folder for pictures of it."""

    def at(page, name):
        if folder := os.environ.get("LOOK"):
            for scheme, width in (("light", 360), ("dark", 1280)):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        check_page(page)

    return at
