"""Before what can't be undone, a sign-in that is old is confirmed; nothing that was typed is lost."""

import html
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.step_up import is_fresh
from audit.models import Event
from config import clock
from tests.factories.accounts import PASSWORD, make_stale, present_code, set_up_totp

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.step_up_urls")]
ACT, EXPORT = "/staff/try/act/?tab=two", "/staff/try/export/?year=2026"
INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def hidden(response):
    """Return the fields that the page carries along, as a browser would send them."""
    sent = {}
    for name, value in INPUT.findall(response.content.decode()):
        sent.setdefault(name, []).append(html.unescape(value))
    sent.pop("csrfmiddlewaretoken")
    return sent


@pytest.fixture
def stale(as_user, ana):
    client = as_user(ana)
    make_stale(client)
    return client


def test_a_fresh_sign_in_is_not_asked(as_user, ana):
    assert as_user(ana).post(ACT, {"note": "x"}).json()["fields"] == {"note": ["x"]}


def test_signing_in_is_fresh_for_five_minutes_and_no_longer(client, ana, monkeypatch):
    client.post("/accounts/login/", {"login": ana.email, "password": PASSWORD})
    began = clock.real_now()
    for minutes, asked in ((4.9, False), (5.1, True)):
        at = began + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "real_now", lambda at=at: at)
        assert (b"Confirm it" in client.post(ACT).content) is asked


def test_reading_is_never_asked(stale):
    assert stale.get(ACT).json()["method"] == "GET"


def test_what_was_typed_goes_along_and_is_done_at_once(stale):
    typed = {
        "note": '"<b>é</b>"\nline two',
        "to": ["one", "two", "one"],
        "submit_key": "k",
        "go": "",
        "a b": "&amp;",
    }
    asked = stale.post(ACT, typed)
    assert asked.status_code == 200
    assert "fields" not in asked.content.decode()
    carried = hidden(asked)
    assert 'action="/staff/try/act/?tab=two"' in asked.content.decode()
    done = stale.post(ACT, {**carried, "step_up_password": PASSWORD}).json()
    assert done["fields"] == {n: v if isinstance(v, list) else [v] for n, v in typed.items()}
    assert Event.objects.get(name="account.confirmed").ids == {"method": "password"}


def test_the_view_never_sees_the_answer(stale):
    done = stale.post(ACT, {"note": "x", "step_up_password": PASSWORD}).json()
    assert done["fields"] == {"note": ["x"]}


def test_a_confirmation_is_good_for_the_next_minutes_and_has_a_new_session_key(stale):
    before = stale.session.session_key
    stale.post(ACT, {"step_up_password": PASSWORD})
    assert stale.session.session_key != before
    assert stale.post(ACT, {"note": "again"}).json()["fields"] == {"note": ["again"]}
    overheard = Client()
    overheard.cookies["session"] = before
    assert overheard.get("/staff/").status_code == 302


@pytest.mark.parametrize(
    "given", [{"step_up_password": "wrong"}, {"step_up_password": ""}, {"step_up_code": "123456"}]
)
def test_a_wrong_or_empty_answer_does_nothing_and_keeps_what_was_typed(stale, given):
    again = stale.post(ACT, {"note": "kept", **given})
    assert again.status_code == 422
    assert hidden(again)["note"] == ["kept"]
    assert "wrong" not in str(hidden(again))
    assert stale.post(ACT).status_code == 200
    assert b"Confirm it" in stale.post(ACT).content


def test_wrong_answers_are_audited_without_the_answer(stale, ana):
    stale.post(ACT, {"step_up_password": "wrong"})
    event = Event.objects.get(name="account.confirm_failed")
    assert (event.object_id, event.ids) == (ana.pk, {"method": "password"})


def test_guessing_is_slowed_down_before_any_hashing_and_loses_nothing(stale, monkeypatch):
    for _ in range(10):
        stale.post(ACT, {"step_up_password": "wrong"})
    monkeypatch.setattr("accounts.models.User.check_password", lambda *a: pytest.fail("hashed"))
    answer = stale.post(ACT, {"note": "kept", "step_up_password": PASSWORD})
    assert answer.status_code == 429
    assert hidden(answer)["note"] == ["kept"]


def test_the_code_of_an_authenticator_app_confirms_once(stale, ana):
    code = present_code(set_up_totp(ana))
    assert b"6 digits" in stale.post(ACT).content
    assert stale.post(ACT, {"step_up_code": f"{code[:3]} {code[3:]}"}).json()["method"] == "POST"
    make_stale_again = stale.session
    make_stale_again["confirmed_at"] = 0
    make_stale_again.save()
    assert stale.post(ACT, {"step_up_code": code}).status_code == 422


def test_a_file_is_asked_for_again_and_the_rest_is_kept(stale):
    asked = stale.post(ACT, {"note": "x", "scan": SimpleUploadedFile("a.pdf", b"one")})
    page = asked.content.decode()
    assert "Choose the file again" in page
    assert 'enctype="multipart/form-data"' in page
    assert '<input class="form-control" type="file" name="scan"' in page
    wrong = stale.post(
        ACT, {**hidden(asked), "scan": SimpleUploadedFile("a.pdf", b"one"), "step_up_password": "no"}
    )
    assert 'type="file" name="scan"' in wrong.content.decode()
    answer = {**hidden(wrong), "scan": SimpleUploadedFile("a.pdf", b"one"), "step_up_password": PASSWORD}
    assert stale.post(ACT, answer).json()["files"] == {"scan": ["one"]}


def test_an_export_is_asked_for_too_and_then_starts(as_user, sam):
    client = as_user(sam)
    assert client.get(EXPORT).content == b"a,b"
    make_stale(client)
    asked = client.get(EXPORT)
    assert b"Confirm it" in asked.content
    answer = client.post(EXPORT, {**hidden(asked), "step_up_password": PASSWORD})
    assert (answer.status_code, answer.url) == (303, EXPORT)
    assert client.get(EXPORT).content == b"a,b"


def test_who_may_not_is_refused_before_being_asked(stale):
    assert stale.get(EXPORT).status_code == 403


def test_a_forged_post_with_the_password_still_needs_the_token(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    make_stale(client)
    assert client.post(ACT, {"step_up_password": PASSWORD}).status_code == 403


@pytest.mark.parametrize(
    "referer,back",
    [
        ("http://testserver/staff/people/", "http://testserver/staff/people/"),
        ("https://evil.example/", "/staff/"),
        ("//evil", "/staff/"),
        ("javascript:alert(1)", "/staff/"),
    ],
)
def test_the_way_back_is_ours(stale, referer, back):
    page = stale.post(ACT, headers={"referer": referer}).content.decode()
    assert f'<a class="btn btn-link" href="{back}">' in page


def test_freshness_needs_a_sign_in(rf):
    request = rf.get("/")
    request.session = {}
    assert not is_fresh(request)


@pytest.mark.urls("config.urls")
@pytest.mark.parametrize(
    "name",
    ["account_change_password", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes"],
)
def test_ways_of_signing_in_change_only_when_fresh(stale, ana, name):
    from django.urls import reverse

    if name != "mfa_activate_totp":
        set_up_totp(ana)
    assert b"Confirm it" in stale.post(reverse(name), {"code": "1"}).content
