"""Every form of every page takes whatever is typed into it without breaking.

The forms are read from the pages: hidden fields and choices are sent as a browser would, and everything
that can be typed is replaced. The answer is a page that says what to do (422), a conflict (409), or the thing
done; never a crash.
"""

import random
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connections, transaction
from django.urls import reverse

from tests.factories.accounts import PASSWORD
from tests.factories.records import join
from tests.factories.world import build_world, people_of
from tests.guards.test_access_matrix import ADDRESSES, browser, may_open, parts_of

pytestmark = pytest.mark.django_db
HOSTILE = {
    "long": "x" * 10_000,
    "signs": "👩🏽‍🚀 \u202eabc\u202c e\u0301 <b>&amp; {{ x }} %s",
    "nul": "a\x00b",
    "digits": "9" * 400,
    "exponent": "1e400",
    "not a number": "NaN",
    "negative": "-1",
    "big": "2147483648",
    "first year": "0001-01-01T00:00",
    "first day": "0001-01-01",
    "last year": "9999-12-31T23:59",
    "last day": "9999-12-31",
    "other digits": "٢٠٢٦-٠١-٠١",
    "lines": "a\r\nSet-Cookie: x=1\r\n\r\nb",
    "script": '"><script>alert(1)</script><svg onload=alert(1)>',
    "statement": "'; DROP TABLE records_person; --",
    "template": "{{ 7*7 }}{% debug %}${7*7}%(x)s{0}",
    "half a pair": "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    + "\ufffe\ufeff\u0000",
}
# What nobody can choose on the page, but send all the same: in hidden fields, choices and buttons too.
FORGED = ("nul", "long", "signs", "statement", "not a number", "big")
SKIPPED = ("/accounts/", "/static/")


class Forms(HTMLParser):
    """Collects the forms of a page: action, and for each field its kind and possible values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self.select = ""

    def handle_starttag(self, tag, attrs):
        one = dict(attrs)
        if tag == "form" and one.get("method", "").lower() == "post":
            self.forms.append({"action": one.get("action") or "", "typed": {}, "chosen": {}})
        if not self.forms:
            return
        form, name = self.forms[-1], one.get("name")
        if tag == "option" and self.select and one.get("value"):
            form["chosen"].setdefault(self.select, []).append(one["value"])
        if not name:
            return
        kind = one.get("type", "text")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            form["typed"][name] = "text"
        elif tag == "input" and kind in ("hidden", "radio", "checkbox"):
            form["chosen"].setdefault(name, []).append(one.get("value", "on"))
        elif tag == "input" and kind != "file":
            form["typed"][name] = kind
        elif tag == "button" and one.get("value"):
            form["chosen"].setdefault(name, []).append(one["value"])

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""


def forms_of(client, url: str):
    response = client.get(url, follow=True)
    if response.status_code != 200 or not response["Content-Type"].startswith("text/html"):
        return
    parser = Forms()
    parser.feed(response.content.decode())
    here = response.request["PATH_INFO"]
    for form in parser.forms:
        action = urljoin(here, form["action"])
        if not action.startswith(SKIPPED):
            yield action, form


def filled(form: dict, value: str, chance: random.Random, *, forged: bool = False) -> dict:
    data = {name: value if forged else chance.choice(values) for name, values in form["chosen"].items()}
    for name in form["typed"]:
        data[name] = value
    return data


def hostile(form: dict, chance: random.Random):
    """Yield what to send, and its name: everything typed replaced, then everything at all."""
    for name, value in HOSTILE.items():
        yield name, filled(form, value, chance)
    for name in FORGED:
        yield f"forged {name}", filled(form, HOSTILE[name], chance, forged=True)


def sent(client, url: str, data: dict):
    with transaction.atomic():
        response = client.post(url, data)
        transaction.set_rollback(True)
    return response


@pytest.fixture
def world(ana, cole, dana):
    return build_world(ana, cole, dana)


# How many different forms each role has at least; the least of them proves that they were found at all.
# A supervisor meets nearly all forms of the two slow ones.
ROLES = {"admissions": 25, "clinician": 25, "supervisor": 25, "privacy": 10, "administrator": 5, "auditor": 1}


SLOW = ("admissions", "clinician")


@pytest.mark.parametrize(
    "role", [pytest.param(one, marks=pytest.mark.long) if one in SLOW else one for one in ROLES]
)
def test_no_form_breaks(world, role):
    client, chance, wrong, seen = browser(role), random.Random(7), [], set()
    user = type(world.ordinary.referral.owner).objects.get(email=f"visiting{role}@demo.example")
    for person in people_of(world.ordinary):
        join(person, user)
    for address in ADDRESSES:
        if address.access.kind not in ("staff", "signed_in") or not may_open(user, address.access):
            continue
        for url, form in forms_of(client, address.url(parts_of(address, world, world.ordinary))):
            mark = (url, *sorted(form["typed"]), *sorted(form["chosen"]))
            if mark in seen:
                continue
            seen.add(mark)
            for name, data in hostile(form, chance):
                response = sent(client, url, data)
                if response.status_code >= 500:
                    wrong.append(f"{address.name} → {url}: {name}: {response.exc_info[0].__name__}")
    assert len(seen) >= ROLES[role], "the forms were not found"
    assert not wrong


QUERIES = ("after", "show", "language", "recipient", "next", "bed", "names", "request", "person", "outcome")
ODD = (
    "\x00", "x" * 3000, "2026-01-01T00:00:00+00:00~" + "x" * 36, "2026-01-01T00:00:00~" + "x" * 36,
    "9999-12-31T23:59:59-14:00~00000000-0000-0000-0000-000000000000",
    "0001-01-01T00:00:00+14:00~00000000-0000-0000-0000-000000000000",
    "1_nan_0", "1_inf_0", "1_-62135596800_00000000-0000-0000-0000-000000000000",
    "1_253402300799_00000000-0000-0000-0000-000000000000", "//evil.example", "/staff/\\evil.example",
    "https://evil.example/staff/", "javascript:alert(1)", "a\r\nSet-Cookie: x=1",
)  # fmt: skip


def stays_here(location: str) -> bool:
    """Whether every browser takes this address for one of ours."""
    parts = urlsplit(location.replace("\\", "/"))
    return not parts.scheme and not parts.netloc


def test_no_query_breaks_or_leads_away(world):
    client, wrong = browser("supervisor"), []
    for address in ADDRESSES:
        if address.access.kind not in ("staff", "signed_in") or address.name.startswith(("account", "mfa")):
            continue
        url = address.url(parts_of(address, world, world.ordinary))
        for value in ODD:
            response = client.get(url, dict.fromkeys(QUERIES, value))
            if response.status_code >= 500:
                wrong.append(f"{address.name} {value[:40]!r}: {response.exc_info[1]!r}"[:300])
            elif not stays_here(response.get("Location", "")):
                wrong.append(f"{address.name} leads to {response['Location']}")
            elif b'href="//evil' in response.content or b'href="javascript:' in response.content:
                wrong.append(f"{address.name} links to {value}")
    assert not wrong


@pytest.mark.parametrize(
    "back", ["//evil.example/staff/", "https://evil.example", "/\\evil.example", "javascript:1"]
)
def test_signing_in_leads_to_our_pages_only(back, ana, client):
    form = {"login": ana.email, "password": PASSWORD, "next": back}
    response = client.post("/accounts/login/", form)
    assert response.status_code == 302
    assert response.url.startswith("/") and "evil" not in response.url and "javascript" not in response.url


def test_another_host_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert b"evil" not in client.get("/", headers={"x-forwarded-host": "evil.example"}).content


@pytest.mark.parametrize("cookie", ["session", "form", "page", "visit", "request", "messages", "theme"])
@pytest.mark.parametrize("value", ['"abcdefghijk\\000lmnop"', "x" * 4000, "../../etc", "{}"])
def test_no_cookie_breaks(client, cookie, value):
    client.raise_request_exception = False
    for url in ("/", "/staff/", "/sign/read/", "/request/sent/", "/accounts/login/"):
        response = client.get(url, headers={"cookie": f"{cookie}={value}"})
        assert response.status_code < 500, url


PARTNERS = (
    "referral",
    "accept",
    "decline",
    "ask",
    "waitlist",
    "beds",
    "arrive",
    "miss",
    "reschedule",
    "clearance",
)


def test_no_partner_form_breaks(world):
    client, chance, wrong, count = browser(None), random.Random(3), [], 0
    record = world.ordinary
    client.post("/p/verify/", {"token": record.token, "code": record.code})
    for name in PARTNERS:
        for url, form in forms_of(client, reverse(f"partner:{name}", args=[record.offer.pk])):
            count += 1
            for kind, data in hostile(form, chance):
                response = sent(client, url, data)
                if response.status_code >= 500:
                    wrong.append(f"{name} → {url}: {kind}: {response.exc_info[1]!r}"[:300])
    assert count >= 5
    assert not wrong


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize(
    "page", ["/request/", "/es/request/", "/request/information/", "/complaint/", "/sign/"]
)
def test_no_public_form_breaks(client, page):
    client.raise_request_exception = False
    chance, wrong, found = random.Random(5), [], list(forms_of(client, page))
    assert found
    try:
        for url, form in found:
            for kind, data in hostile(form, chance):
                response = client.post(url, data)
                if response.status_code >= 500:
                    wrong.append(f"{url}: {kind}: {response.exc_info[1]!r}"[:300])
    finally:
        connections["public"].close()
    assert not wrong
