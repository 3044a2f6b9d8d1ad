"""What every answer carries, whoever asks for whatever; and names of cookies that a browser guards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client, RequestFactory, override_settings

from accounts.throttle import address_of
from config.middleware import FormProtection
from tests.factories.accounts import PASSWORD
from tests.factories.contact import typed
from tests.factories.world import build_world
from tests.guards.protection import faults
from tests.guards.test_access_matrix import ADDRESSES, browser, parts_of, visit

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, "supervisor"])
def test_what_no_page_offers_is_answered_with_the_same_protection(ana, cole, dana, role):
    """`visit` looks for it: every role's GET and POST of every address is in the access matrix."""
    world = build_world(ana, cole, dana)
    client = browser(role)
    statuses = {
        visit(client, "put", address.url(parts_of(address, world, world.ordinary))).status_code
        for address in ADDRESSES
    }
    assert 405 in statuses


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/nowhere/", "/staff/nowhere/", "/static/nowhere.css", "/request", "/p/" + "x" * 43 + "/"]
)
def test_what_is_not_there_is_protected_too(client, path):
    response = client.get(path, headers={"origin": "https://evil.example"})
    assert response.status_code in (301, 302, 200, 404)
    assert not faults(response), path


@pytest.mark.django_db
def test_another_host_and_a_crash_are_protected_too(client, monkeypatch):
    assert not faults(client.get("/", headers={"host": "evil.example"}))
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise ValueError("Jordan Lee")

    monkeypatch.setattr("intake.views.public.render", fail)
    response = client.get("/families/")
    assert response.status_code == 500
    assert not faults(response)


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/.git/config", "/.env", "/metrics", "/status", "/server-status", "/debug/", "/__debug__/",
     "/static/../config/settings.py", "/media/", "/phpinfo.php", "/wp-login.php", "/api/", "/graphql",
     "/backup.sql", "/.well-known/security.txt", "/sitemap.xml", "/login_as/", "/hijack/"],
)  # fmt: skip
@pytest.mark.django_db
def test_nothing_is_where_a_scanner_looks(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_signing_out_clears_the_browser(ana, as_user):
    assert as_user(ana).post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'


# ------------------------------------------------------------------ forms and where they come from


def judged(**headers) -> bool:
    request = RequestFactory().post("/request/", secure=True, headers=headers)
    check = FormProtection(lambda r: None)
    return check._origin_verified(request)


@pytest.mark.parametrize(
    "headers,ours",
    [
        ({"origin": "https://testserver"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://testserver"}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "null", "sec-fetch-site": "same-site"}, False),
        ({"origin": "null", "sec-fetch-site": "none"}, False),
        ({"origin": "null"}, True),
    ],
)
def test_whose_form_it_was(headers, ours):
    assert judged(**headers) is ours


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
@pytest.mark.parametrize("origin", ["null", "https://evil.example", "https://testserver"])
def test_without_the_token_no_origin_is_good_enough(ana, origin):
    client = Client(enforce_csrf_checks=True)
    headers = {"origin": origin, "sec-fetch-site": "same-origin"}
    for path, data in (
        ("/request/", typed()),
        ("/accounts/login/", {"login": ana.email, "password": PASSWORD}),
    ):
        assert client.post(path, data, secure=True, headers=headers).status_code == 403


@pytest.mark.django_db
def test_with_the_token_a_page_without_referrer_posts_over_tls(ana):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/accounts/login/", secure=True).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    data = {"login": ana.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    crossed = {"origin": "null", "sec-fetch-site": "cross-site"}
    assert client.post("/accounts/login/", data, secure=True, headers=crossed).status_code == 403
    ours = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert client.post("/accounts/login/", data, secure=True, headers=ours).status_code == 302


# ------------------------------------------------------------------ what a client claims about its way here


@pytest.mark.parametrize(
    "proxies,claimed,address",
    [
        (0, "6.6.6.6", "10.0.0.9"),
        (0, "6.6.6.6, 7.7.7.7", "10.0.0.9"),
        (1, "6.6.6.6, 203.0.113.5", "203.0.113.5"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "", "10.0.0.9"),
        (2, "6.6.6.6, 203.0.113.5, 10.0.0.8", "203.0.113.5"),
        (2, "203.0.113.5", "10.0.0.9"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(proxies, claimed, address):
    request = RequestFactory().get("/", headers={"x-forwarded-for": claimed}, REMOTE_ADDR="10.0.0.9")
    with override_settings(TRUSTED_PROXIES=proxies):
        assert address_of(request) == address


def in_production(script: str, **env) -> dict:
    """Run a script with the settings of production, behind TLS, and return the JSON that it prints."""
    setup = (
        "import django, json, os; django.setup(); from django.test import Client;"
        "from django.test.utils import setup_test_environment; setup_test_environment();"
        "from django.conf import settings\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", setup + script],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "BEHIND_TLS": "1", **env},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


COOKIES = """
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
client, seen = Client(), {}
for path in ("/request/", "/sign/", "/accounts/login/"):
    answer = client.get(path, secure=True)
    for name, crumb in answer.cookies.items():
        seen[name] = [bool(crumb["secure"]), bool(crumb["httponly"]), crumb["samesite"], crumb["path"]]
plain = Client().get("/request/?name=Jordan", headers={"x-forwarded-for": "6.6.6.6"})
from intake import receipt
from referrals.views import session
from config.settings import SESSION_COOKIE_NAME
names = {"receipt": receipt.NAME, "visit": session.COOKIE, "session": SESSION_COOKIE_NAME}
print(json.dumps({"seen": seen, **names, "hsts": answer["Strict-Transport-Security"],
    "plain": [plain.status_code, plain["Location"], plain["Cache-Control"]]}))
"""


@pytest.mark.django_db
def test_behind_tls_cookies_are_bound_to_the_host_and_plain_requests_are_sent_to_tls():
    told = in_production(COOKIES, ALLOWED_HOSTS="testserver")
    assert told["seen"] == {
        "__Host-form": [True, True, "Lax", "/"],
        "__Host-page": [True, True, "Lax", "/"],
    }
    assert (told["session"], told["receipt"]) == ("__Host-session", "__Host-request")
    assert told["visit"] == "__Secure-visit"
    assert told["hsts"] == "max-age=31536000; includeSubDomains"
    status, location, cache = told["plain"]
    assert (status, cache) == (301, "no-store, private")
    assert location.startswith("https://testserver/")


def test_djangos_own_check_for_deployment_has_no_complaint():
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**env, "DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "desk.example"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
