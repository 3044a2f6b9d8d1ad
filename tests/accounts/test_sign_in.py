"""Signing in: by e-mail, with a second factor outside demo mode, slowed down, limited, cleared at the end."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from config import clock
from tests.factories.accounts import PASSWORD, present_code, set_up_totp
from tests.factories.episodes import make_episode

LOGIN = "/accounts/login/"


def sign_in(client, email="ana@demo.example", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


@pytest.mark.django_db
def test_the_sign_in_page_opens_and_signs_in(client, ana):
    assert client.get(LOGIN).status_code == 200
    response = sign_in(client)
    assert (response.status_code, response.url) == (302, "/staff/")
    assert client.session["_auth_user_id"] == str(ana.pk)


@pytest.mark.django_db
def test_addresses_are_read_in_any_case(client, ana):
    assert sign_in(client, email=" ANA@demo.example ").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["ana@demo.example", "nobody@demo.example"])
def test_a_wrong_password_and_an_unknown_address_look_the_same(client, ana, email):
    response = sign_in(client, email=email, password="not this one")
    body = response.content.decode()
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert "The email address or the password is not right" in body


@pytest.mark.django_db
def test_someone_deactivated_cannot_sign_in(client, ana):
    User.objects.filter(pk=ana.pk).update(is_active=False)
    response = sign_in(client, follow=True)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_guessing_is_slowed_down_before_any_hashing(client, ana, monkeypatch):
    for _ in range(6):
        sign_in(client, password="wrong wrong wrong")
    hashed = []
    monkeypatch.setattr("django.contrib.auth.hashers.check_password", lambda *a, **k: hashed.append(1))
    response = sign_in(client)
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session
    assert hashed == []


@pytest.mark.django_db
def test_sign_in_and_failure_are_audited_without_the_address(client, ana):
    sign_in(client, password="wrong")
    sign_in(client)
    names = list(Event.objects.order_by("at").values_list("name", flat=True))
    assert names == ["account.sign_in_failed", "account.signed_in"]
    assert Event.objects.get(name="account.sign_in_failed").object_id == ana.pk


@pytest.mark.django_db
def test_a_session_that_idles_ends_and_leads_back(as_user, ana, settings, monkeypatch):
    client = as_user(ana)
    assert client.get("/accounts/password/change/").status_code == 200
    later = clock.real_now().timestamp() + settings.SESSION_IDLE_SECONDS + 1
    monkeypatch.setattr(clock, "real_now", lambda: clock.datetime.fromtimestamp(later, clock.UTC))
    response = client.get("/accounts/password/change/")
    assert response.status_code == 302
    assert response.url.startswith(LOGIN)
    assert "next=/accounts/password/change/" in response.url


@pytest.fixture
def signed_out(as_user, ana, settings, monkeypatch):
    """Ana's browser, whose session idled out."""
    client = as_user(ana)
    client.get("/staff/")
    later = clock.real_now().timestamp() + settings.SESSION_IDLE_SECONDS + 1
    monkeypatch.setattr(clock, "real_now", lambda: clock.datetime.fromtimestamp(later, clock.UTC))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "opens"),
    [
        ("intake:safety-check", "intake:safety-check"),
        ("intake:call-dropped", "intake:assessment"),
        ("account_seen", ""),
    ],
)
def test_what_is_sent_after_the_session_ended_is_said_to_be_lost(signed_out, ana, name, opens):
    args = [make_episode(ana).pk] if ":" in name else []
    response = signed_out.post(reverse(name, args=args), {"seizure": "yes"})
    assert "What you sent was not saved" in signed_out.get(response.url).content.decode()
    login = {"login": ana.email, "password": PASSWORD, "next": parse_qs(urlsplit(response.url).query)["next"]}
    told = signed_out.post(LOGIN, login, follow=True).content.decode()
    assert "Nothing of it was done" in told
    back = reverse(opens, args=args) if opens else "/staff/"
    assert f'href="{back}">Open the page again' in told
    assert signed_out.get(back, follow=True).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "/nowhere/", ""])
def test_no_address_from_elsewhere_is_offered(as_user, ana, away):
    page = as_user(ana).get(reverse("account_unsaved"), {"next": away}).content.decode()
    assert 'href="/staff/">Open the page again' in page


@pytest.mark.django_db
def test_an_address_for_buttons_alone_has_a_page_with_a_way_back(as_user, ana):
    episode = make_episode(ana)
    page = as_user(ana).get(reverse("intake:call-dropped", args=[episode.pk]))
    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert reverse("intake:assessment", args=[episode.pk]) in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(as_user, ana, settings, monkeypatch):
    client = as_user(ana)
    assert client.get("/staff/").status_code == 200
    began = clock.real_now().timestamp()
    for share in (0.4, 0.8, 1.1):
        later = began + share * settings.SESSION_IDLE_SECONDS
        monkeypatch.setattr(clock, "real_now", lambda at=later: clock.datetime.fromtimestamp(at, clock.UTC))
        answer = client.get("/staff/", headers={"hx-request": "true", "x-refresh": "1"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith(LOGIN)


@pytest.mark.django_db
def test_a_session_ends_after_its_absolute_limit_even_when_used(as_user, ana, settings):
    client = as_user(ana)
    client.get("/accounts/password/change/")
    session = client.session
    session["started_at"] -= settings.SESSION_ABSOLUTE_SECONDS + 1
    session.save()
    assert client.get("/accounts/password/change/").status_code == 302


@pytest.mark.django_db
def test_signing_out_clears_the_session_and_the_browser(as_user, ana):
    client = as_user(ana)
    assert client.get("/accounts/logout/").status_code == 200
    response = client.post("/accounts/logout/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "_auth_user_id" not in client.session
    assert Event.objects.filter(name="account.signed_out").count() == 1


@pytest.mark.django_db
def test_nobody_signs_up_or_resets_by_mail(client):
    for address in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/admin/"):
        assert client.get(address).status_code == 404


# ------------------------------------------------------------------ the second factor


@pytest.fixture
def second_factor(settings):
    settings.MFA_REQUIRED = True


@pytest.mark.django_db
def test_outside_demo_mode_staff_must_set_up_a_second_factor(as_user, ana, second_factor):
    response = as_user(ana).get("/staff/", follow=False)
    assert response.status_code == 302
    assert response.url == "/accounts/2fa/"


@pytest.mark.django_db
def test_setting_up_the_second_factor_stores_it_sealed(client, ana, second_factor):
    sign_in(client)
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = client.session[totp.SECRET_SESSION_KEY]
    response = client.post("/accounts/2fa/totp/activate/", {"code": present_code(secret)})
    assert response.status_code == 302
    stored = Authenticator.objects.get(user=ana, type="totp")
    assert secret not in str(stored.data)
    assert client.get(response.url).status_code == 200


@pytest.mark.django_db
def test_sign_in_asks_for_the_code(client, ana, second_factor):
    secret = set_up_totp(ana)
    response = sign_in(client)
    assert response.url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get(response.url).status_code == 200
    response = client.post("/accounts/2fa/authenticate/", {"code": present_code(secret)})
    assert response.url == "/staff/"
    assert client.session["_auth_user_id"] == str(ana.pk)
