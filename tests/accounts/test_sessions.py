"""Sessions: seen by their owner, ended at once, told when the browser is new."""

from base64 import b64decode
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from accounts.models import AccountNotice
from accounts.session_store import SessionStore
from accounts.sessions import browser_words
from audit.models import Event
from config import clock
from tests.factories.accounts import PASSWORD, make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
)


def signed_in(user, agent=FIREFOX, client=None):
    client = client or Client(headers={"user-agent": agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "real_now", lambda: moment)


@pytest.mark.parametrize(
    "agent,words",
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Mac"),
        ("<script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_in_plain_words(agent, words):
    assert browser_words(agent) == words


def test_one_sees_where_one_is_signed_in(ana):
    here = signed_in(ana)
    signed_in(ana, SAFARI)
    page = here.get("/accounts/").content.decode().partition("Where you are signed in")[2]
    assert page.index("Firefox on Windows") < page.index("Safari on iPhone")
    assert "127.0.0.1" in page


def test_an_ended_session_is_over_on_its_next_request(ana):
    here, there = signed_in(ana), signed_in(ana, SAFARI)
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"/accounts/sessions/{row.pk}/end/").status_code == 302
    assert there.get("/accounts/").status_code == 302
    assert here.get("/accounts/").status_code == 200
    assert Event.objects.get(name="account.session_ended").ids == {"count": 1}


def test_all_others_end_and_this_one_stays(ana):
    here, others = signed_in(ana), [signed_in(ana) for _ in range(3)]
    here.post("/accounts/sessions/end-others/")
    assert [one.get("/accounts/").status_code for one in (here, *others)] == [200, 302, 302, 302]


def test_nobody_ends_the_session_of_another(ana, ben):
    hers, his = signed_in(ana), signed_in(ben)
    row = UserSession.objects.get(session_key=his.session.session_key)
    hers.post(f"/accounts/sessions/{row.pk}/end/")
    assert his.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    "role,allowed", [("supervisor", True), ("administrator", True), ("privacy", False), ("clinician", False)]
)
def test_supervisor_or_administrator_end_all_of_a_colleague(ana, as_user, role, allowed):
    hers = [signed_in(ana), signed_in(ana, SAFARI)]
    as_user(make_user(role, "boss")).post(f"/staff/accounts/{ana.pk}/end-sessions/")
    assert {one.get("/accounts/").status_code for one in hers} == {302 if allowed else 200}
    assert AccountNotice.objects.filter(user=ana, kind="sessions").exists() is allowed


def test_a_session_that_began_without_the_page_is_listed_too(as_user, ana):
    client = as_user(ana)
    client.get("/staff/")
    assert b"This one" in client.get("/accounts/").content


def test_a_new_browser_is_told_and_the_first_is_not(ana):
    first = signed_in(ana)
    assert not AccountNotice.objects.exists()
    first.post("/accounts/logout/")
    signed_in(ana, client=first)
    assert not AccountNotice.objects.exists(), "the same browser again"
    other = signed_in(ana, SAFARI)
    notice = AccountNotice.objects.get()
    assert (notice.kind, notice.browser, notice.address) == ("new_browser", "Safari on iPhone", "127.0.0.1")
    page = first.get("/staff/").content.decode() if signed_in(ana, client=first) else ""
    assert "New notice" in page
    assert "Safari on iPhone" in other.get("/accounts/").content.decode()
    other.post("/accounts/seen/")
    ana.refresh_from_db()
    assert ana.unseen_notices == 0


def test_the_browser_cookie_opens_nothing_and_no_script_reads_it(ana):
    client = signed_in(ana)
    cookie = client.cookies["browser"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    stranger = Client()
    stranger.cookies["browser"] = cookie.value
    assert stranger.get("/staff/").status_code == 302


def test_the_session_key_changes_at_sign_in(client, ana):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    client.post("/accounts/login/", {"login": ana.email, "password": PASSWORD})
    assert client.session.session_key != before


def test_staying_signed_in_works_as_a_plain_form_and_asking_does_not(ana, settings, monkeypatch):
    client = signed_in(ana)
    began = clock.real_now()
    idle = timedelta(seconds=settings.SESSION_IDLE_SECONDS)
    at(monkeypatch, began + idle * 0.9)
    left = int(client.get("/accounts/stay/", headers={"x-refresh": "1"}).content)
    assert abs(left - settings.SESSION_IDLE_SECONDS * 0.1) < 3
    assert b"You stay signed in" in client.post("/accounts/stay/").content
    at(monkeypatch, began + idle * 1.8)
    assert client.get("/accounts/stay/", headers={"x-refresh": "1"}).status_code == 200
    at(monkeypatch, began + idle * 2)
    assert client.get("/accounts/stay/", headers={"x-refresh": "1"}).status_code == 302


def test_the_key_of_an_idled_out_session_is_dead(ana, settings, monkeypatch):
    client = signed_in(ana)
    key, began = client.session.session_key, clock.real_now()
    at(monkeypatch, began + timedelta(seconds=settings.SESSION_IDLE_SECONDS + 1))
    assert client.get("/accounts/").status_code == 302
    at(monkeypatch, began)
    client.cookies["session"] = key
    assert client.get("/accounts/").status_code == 302


def test_every_staff_page_warns_before_the_end(as_user, ana):
    page = as_user(ana).get("/staff/").content.decode()
    assert 'class="stay stay-15 no-print"' in page
    assert "Stay signed in" in page


@pytest.mark.parametrize("minutes", range(5, 31))
def test_without_a_script_the_style_sheet_warns_two_minutes_before(minutes):
    from pathlib import Path

    css = Path("static/clearway.css").read_text()
    assert f".stay-{minutes} {{ animation-delay: {(minutes - 2) * 60}s; }}" in css


def test_a_stored_session_shows_nothing_and_a_damaged_one_signs_out(ana):
    client = Client()
    client.force_login(ana)
    session = client.session
    session["mfa.totp.secret"] = "JBSWY3DPEHPK3PXP"
    session.save()
    row = Session.objects.get(pk=session.session_key)
    assert SessionStore(row.pk)["mfa.totp.secret"] == "JBSWY3DPEHPK3PXP"
    with pytest.raises(signing.BadSignature):
        signing.loads(row.session_data, salt="django.contrib.sessions.SessionStore")
    assert b"JBSWY3DPEHPK3PXP" not in b64decode(row.session_data)
    middle = len(row.session_data) // 2
    row.session_data = row.session_data[:middle] + "AAAA" + row.session_data[middle + 4 :]
    row.save()
    assert client.get("/staff/").status_code == 302
