"""Nobody finds out who has an account, is locked out for good, or is led elsewhere."""

import re
import statistics
import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.accounts.test_factors import first_step
from tests.factories.accounts import PASSWORD, make_user, present_code, set_up_totp

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def cast(ana):
    off = make_user("clinician", "gone")
    User.objects.filter(pk=off.pk).update(is_active=False)
    User.objects.create_user("invited@demo.example", None, display_name="In Vited", role="clinician")


@pytest.fixture
def hashing(monkeypatch):
    """Count runs of the password hash."""
    runs = []
    original = hashers.MD5PasswordHasher.encode

    def counted(self, *args, **kwargs):
        runs.append(1)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return runs


TRIES = [
    ("ana@demo.example", "wrong"),
    ("nobody@demo.example", "wrong"),
    ("invited@demo.example", "wrong"),
    ("gone@demo.example", "wrong"),
    ("gone@demo.example", PASSWORD),
]


def test_known_unknown_invited_and_switched_off_look_alike_and_cost_the_same(cast, hashing):
    seen = set()
    for email, password in TRIES:
        client = Client()
        token = client.get(LOGIN).context["csrf_token"]
        hashing.clear()
        answer = client.post(LOGIN, {"login": email, "password": password})
        body = answer.content.decode().replace(email, "EMAIL")
        body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body).replace(str(token), "")
        seen.add((answer.status_code, body, len(hashing)))
    assert len(seen) == 1
    assert seen.pop()[2] == 1


def test_guessing_slows_down_alike_for_known_and_unknown(cast):
    seen = {}
    for email in ("ana@demo.example", "nobody@demo.example"):
        cache.clear()
        answers = [Client().post(LOGIN, {"login": email, "password": "wrong"}) for _ in range(8)]
        seen[email] = ["tried too often" in one.content.decode() for one in answers]
    assert seen["ana@demo.example"] == seen["nobody@demo.example"]
    assert seen["ana@demo.example"][-1]
    assert not seen["ana@demo.example"][0]


def test_nobody_is_locked_out_for_good(ana, monkeypatch):
    for _ in range(20):
        Client().post(LOGIN, {"login": ana.email, "password": "wrong"})
    later = time.time() + timedelta(minutes=6).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)
    client = Client()
    client.post(LOGIN, {"login": ana.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session


def test_guessed_codes_are_slowed_down_too(ana, settings):
    secret = set_up_totp(ana)
    client = first_step(ana)
    for _ in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    client.post("/accounts/2fa/authenticate/", {"code": present_code(secret)})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "away",
    [
        "//evil.example/",
        "https://evil.example/",
        "http:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "///evil.example",
        " //evil.example",
        "/\t/evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(ana, away):
    for where in ("?next=", None):
        client = Client()
        data = {"login": ana.email, "password": PASSWORD}
        if where:
            answer = client.post(f"{LOGIN}?{urlencode({'next': away})}", data)
        else:
            answer = client.post(LOGIN, {**data, "next": away})
        assert answer.url == "/staff/"
    out = client.post("/accounts/logout/", {"next": away})
    assert out.url == LOGIN


def test_signing_in_leads_back(ana, client):
    answer = client.post(f"{LOGIN}?next=/staff/people/", {"login": ana.email, "password": PASSWORD})
    assert answer.url == "/staff/people/"


@pytest.mark.long
def test_known_and_unknown_take_the_same_time(cast, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    ana = User.objects.get(email="ana@demo.example")
    ana.set_password(PASSWORD)
    ana.save()
    took = {"ana@demo.example": [], "nobody@demo.example": []}
    for number in range(300):
        for email in sorted(took, reverse=bool(number % 2)):
            client = Client()
            began = time.perf_counter()
            client.post(LOGIN, {"login": email, "password": "wrong"})
            took[email].append(time.perf_counter() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.15 * max(known, unknown)
