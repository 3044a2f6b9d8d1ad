"""A real Chromium for the journeys; a missing browser is an error, never a silent skip."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.journeys.product import Product

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
        found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
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
        context.set_default_timeout(15_000)
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


@pytest.fixture
def check_page():
    """Return a function that runs axe at 360 and 1280 px, light and dark: no violation, nothing too wide."""

    def check(page):
        kept = page.viewport_size
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for size in SIZES.values():
                page.set_viewport_size(size)
                found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
                told = [(v["id"], [n["html"][:200] for n in v["nodes"]][:4]) for v in found]
                assert not found, f"{page.url} {scheme} {size['width']}: {json.dumps(told)}"
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{page.url} {size['width']}: {wide} px too wide"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(kept)

    return check


@pytest.fixture
def staff_page(ana, as_user, open_page, live_server, settings):
    """Return a function that opens a path as Ana."""
    settings.MFA_REQUIRED = False
    cookie = as_user(ana).cookies["session"].value

    def open_as_ana(path, **options):
        page = open_page("/sign/", **options)
        page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as_ana


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
