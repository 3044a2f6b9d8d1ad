"""Second factors: used once, changed under watch, required where the center says so."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from accounts.models import AccountNotice
from audit.models import Event
from outbox.actions import deliver
from outbox.models import Message
from tests.factories.accounts import PASSWORD, present_code, set_up_totp

pytestmark = pytest.mark.django_db
CODE = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def second_factor(settings):
    settings.MFA_REQUIRED = True


def first_step(user):
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def second_step(user, code):
    client = first_step(user)
    client.post(CODE, {"code": code})
    return "_auth_user_id" in client.session


def give_passkey(user):
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "Blue key", "credential": {}})


def set_up_by_pages(client):
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session[totp.SECRET_SESSION_KEY]
    code = present_code(secret)
    return client.post("/accounts/2fa/totp/activate/", {"code": code}), code


def test_a_code_works_once_also_the_one_that_set_the_app_up(ana):
    answer, code = set_up_by_pages(first_step(ana))
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert not second_step(ana, code), "the code of the set-up was used"
    Authenticator.objects.filter(user=ana).delete()
    code = present_code(set_up_totp(ana))
    cache.clear()
    assert second_step(ana, code)
    assert not second_step(ana, code)


def test_the_neighbouring_codes_do_not_count(ana):
    secret = set_up_totp(ana)
    now = next(totp.yield_hotp_counters_from_time())
    for counter in (now - 2, now + 2):
        assert not second_step(ana, totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_recovery_codes_are_shown_once_and_work_once(ana):
    client = first_step(ana)
    set_up_by_pages(client)
    code = RecoveryCodes(Authenticator.objects.get(user=ana, type="recovery_codes")).get_unused_codes()[0]
    assert code in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert code not in client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert second_step(ana, code)
    assert not second_step(ana, code)


def test_a_password_alone_opens_nothing(ana):
    set_up_totp(ana)
    client = first_step(ana)
    for address in ("/staff/", "/accounts/", "/accounts/password/change/", "/accounts/2fa/"):
        assert client.get(address).url.startswith("/accounts/login/")


def test_a_wrong_code_is_audited(ana):
    set_up_totp(ana)
    second_step(ana, "000000")
    assert Event.objects.get(name="account.second_factor_failed").object_id == ana.pk


@pytest.mark.parametrize(
    "address,event",
    [
        ("/accounts/2fa/totp/deactivate/", "account.app_removed"),
        ("/accounts/2fa/recovery-codes/generate/", "account.recovery_codes_made"),
    ],
)
def test_every_change_is_audited_told_and_mailed_without_saying_what(
    as_user, ana, address, event, mailoutbox
):
    set_up_totp(ana)
    as_user(ana).post(address)
    assert Event.objects.get(name=event).object_id == ana.pk
    assert AccountNotice.objects.get().user == ana
    assert deliver(Message.objects.get(kind="accounts.told").pk)
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([ana.email], "Your account changed")
    assert not {"app", "code", "factor", "passkey"} & set(mail.body.lower().replace(".", " ").split())


def test_changing_the_password_ends_the_other_sessions(ana):
    here, there = first_step(ana), first_step(ana)
    new = "another quiet lantern 77"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302
    assert Event.objects.filter(name="account.password_changed").count() == 1


def test_a_role_that_must_use_a_passkey_gets_nowhere_without(sam, settings):
    settings.REQUIRE_PASSKEY_FOR = ["supervisor"]
    secret = set_up_totp(sam)
    client = first_step(sam)
    client.post(CODE, {"code": present_code(secret)})
    assert client.get("/staff/").url == "/accounts/2fa/"
    assert b"Your role signs in with a passkey" in client.get("/accounts/2fa/").content


def test_once_there_is_a_passkey_its_role_signs_in_with_nothing_else(sam, settings, monkeypatch):
    settings.REQUIRE_PASSKEY_FOR = ["supervisor"]
    secret = set_up_totp(sam)
    give_passkey(sam)
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.begin_authentication", lambda user=None: {})
    assert not second_step(sam, present_code(secret))


def test_a_passkey_of_nobody_signs_nobody_in(client):
    answer = client.post("/accounts/login/passkey/", {"credential": '{"response": {"userHandle": "x"}}'})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("garbage", ["", "{}", "[]", "null", "1", '"x"', '{"response": 5}', "{"])
def test_no_answer_of_a_passkey_breaks_a_page(client, as_user, ana, garbage):
    assert client.post("/accounts/login/passkey/", {"credential": garbage}).status_code == 302
    page = as_user(ana).post("/accounts/2fa/passkeys/new/", {"credential": garbage, "name": "x"})
    assert page.status_code in (200, 422)


def test_nobody_removes_the_passkey_of_another(as_user, ana, ben):
    give_passkey(ben)
    key = Authenticator.objects.get(user=ben)
    assert as_user(ana).post(f"/accounts/2fa/passkeys/{key.pk}/remove/").status_code in (302, 404)
    assert Authenticator.objects.filter(pk=key.pk).exists()
