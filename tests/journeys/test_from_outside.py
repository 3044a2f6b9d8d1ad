"""What somebody finds out who has the address of a running product and nothing else; each test by its id."""

import http.client
import json
import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]
OTHERS = ("/nowhere/", "/sign/", "/accounts/login/")
FIRST = ("tel:911", "tel:988")
SAFE_NUMBERS = (*FIRST, "tel:+18006624357", "tel:+18002221222")
PAGES = (
    "", "request/", "request/danger/", "request/information/", "what-to-expect/", "self-check/",
    "families/", "privacy/",
    "notice/", "complaint/", "safety/", "help-now/",
)  # fmt: skip


def ask(product, path: str, method: str = "GET", body: str | None = None, **headers):
    """Send one raw request; return status, headers and body."""
    parts = urlsplit(product.address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=names)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def test_p2_13_an_unknown_link_or_offer_is_the_same_page_for_all(product):
    seen = set()
    for _time in range(3):
        status, _headers, body = ask(product, f"/p/offers/{uuid4()}/")
        seen.add((status, re.sub(r"[0-9a-f-]{36}", "ID", body)))
    assert len(seen) == 1


def test_as_22_to_27_a_real_answer_has_every_header_and_no_banner_with_a_version(product):
    for path in ("/", "/request/", "/staff/", "/nowhere/", "/accounts/login/", "/health/"):
        _status, headers, _body = ask(product, path, Origin="https://evil.example")
        assert headers["Cache-Control"] == "no-store, private", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "Access-Control-Allow-Origin" not in headers, path
        assert not re.search(r"\d", headers.get("Server", "")), path


def test_as_31_what_a_client_says_about_its_way_is_not_believed(product):
    status, headers, body = ask(
        product,
        "/request/",
        X_Forwarded_Proto="https",
        X_Forwarded_For="6.6.6.6",
        X_Forwarded_Host="evil.example",
    )
    assert status == 200
    assert "Strict-Transport-Security" not in headers
    assert "evil.example" not in body + str(headers)
    assert ask(product, "/", Host="evil.example")[0] == 400


def test_as_59_nothing_where_a_scanner_looks(product):
    for path in (
        "/admin/",
        "/.git/config",
        "/.env",
        "/metrics",
        "/media/",
        "/static/../manage.py",
        "/server-status",
    ):
        assert ask(product, path)[0] == 404, path


def test_as_60_and_66_what_is_asked_with_a_name_is_in_no_log(product):
    for path in ("/staff/people/?name=Quentin+Ashgrove", "/nowhere/?q=Quentin", "/request/?by=Quentin"):
        ask(product, path)
    ask(product, "/request/", "POST", "call_name=Quentin", Content_Type="application/x-www-form-urlencoded")
    for log in (product.state / "log").glob("*.log"):
        text = log.read_text(errors="replace")
        assert "Quentin" not in text, log.name
        if log.name in ("web.log", "relay.log"):
            assert all(json.loads(line) for line in text.splitlines() if line.startswith("{"))


def public_pages():
    """Return every public page that can be opened alone, in both languages."""
    for prefix in ("/", "/es/"):
        yield from (prefix + name for name in PAGES)


def test_pf_01_nothing_comes_from_elsewhere(product, open_browser):
    page, hosts = open_browser(size="phone"), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in (*public_pages(), *OTHERS):
        page.goto(path)
    assert hosts == {urlsplit(product.address).netloc}


def test_pf_03_the_numbers_come_first_on_every_page_without_script(product, open_browser):
    page, wrong = open_browser(javascript=False, size="phone"), []
    for path in public_pages():
        page.goto(path)
        for address in SAFE_NUMBERS:
            boxes = [link.bounding_box() for link in page.locator(f'a[href="{address}"]').all()]
            large = [box for box in boxes if box and min(box["height"], box["width"]) >= 44]
            if not large or (address in FIRST and large[0]["y"] + large[0]["height"] > 740):
                wrong.append(f"{path} {address}: {boxes}")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        second = page.locator(":focus").get_attribute("href")
        if second != SAFE_NUMBERS[0]:
            wrong.append(f"{path}: second in the tab order is {second}")
    assert not wrong


def test_pf_02_nothing_is_kept_before_something_is_sent(product, open_browser):
    page = open_browser()
    page.goto("/request/")
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"form"}
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
