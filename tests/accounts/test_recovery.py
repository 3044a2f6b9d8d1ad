"""Lost phone or password: two colleagues, a link of an hour, and never by mail alone."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.actions import recovery
from accounts.models import Recovery
from audit.models import Event
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.actions import secret_of
from outbox.models import Message
from tests.factories.accounts import PASSWORD, make_user, present_code, set_up_totp

pytestmark = pytest.mark.django_db
NEXT = "another quiet lantern 77"


def link():
    return f"/accounts/link/{secret_of(Message.objects.filter(kind='accounts.link').latest('created_at'))}/"


@pytest.fixture
def lost(ana, ada):
    """Ana's second factor is lost, and ada says so."""
    set_up_totp(ana)
    recovery.start(by=ada, user=ana, kind="factor")
    return ana


def test_starting_alone_sends_no_link(lost):
    assert not Message.objects.filter(kind="accounts.link").exists()
    assert Message.objects.filter(kind="accounts.told").count() == 1


def test_a_second_person_confirms_and_the_password_opens_the_way(lost, as_user, sam, settings):
    settings.MFA_REQUIRED = True
    set_up_totp(sam)
    page = f"/staff/accounts/{lost.pk}/recovery/confirm/"
    assert as_user(sam).post(page, {"how": "Stood before me with her badge"}).status_code == 302
    client, address = Client(), link()
    assert "_auth_user_id" not in client.session
    assert client.post(address, {"password": "not this"}).status_code == 422
    assert Authenticator.objects.filter(user=lost).exists(), "the link alone takes nothing away"
    answer = client.post(address, {"password": PASSWORD})
    assert answer.url == "/accounts/2fa/"
    assert not Authenticator.objects.filter(user=lost).exists()
    assert client.get("/staff/").url == "/accounts/2fa/", "first a new factor, then records"
    assert Client().get(address).status_code == 404
    names = set(Event.objects.values_list("name", flat=True))
    assert {"account.recovery_started", "account.recovery_confirmed", "account.factors_dropped"} <= names


def test_who_started_it_and_who_asks_confirm_nothing(lost, ada, ana):
    for by in (ada, ana):
        with pytest.raises(Refused):
            recovery.confirm(by=by, user=lost, how="x")


@pytest.mark.parametrize(
    "role,allowed",
    [
        ("supervisor", True),
        ("privacy", True),
        ("administrator", False),
        ("auditor", False),
        ("clinician", False),
        ("admissions", False),
    ],
)
def test_supervisor_or_privacy_officer_confirm(lost, as_user, role, allowed):
    client = as_user(make_user(role, "second"))
    answer = client.post(f"/staff/accounts/{lost.pk}/recovery/confirm/", {"how": "In person"})
    assert answer.status_code == (302 if allowed else 403)


def test_nobody_starts_it_for_themselves(ada):
    with pytest.raises(Refused):
        recovery.start(by=ada, user=ada, kind="factor")


def test_one_at_a_time_and_it_can_be_dropped(lost, ada):
    with pytest.raises(Conflict):
        recovery.start(by=ada, user=lost, kind="password")
    recovery.drop(by=ada, user=lost)
    recovery.start(by=ada, user=lost, kind="password")
    with pytest.raises(Conflict):
        recovery.start(by=ada, user=make_invited(), kind="password")


def make_invited():
    user = make_user("clinician", "noor")
    user.set_unusable_password()
    user.save()
    return user


def test_the_database_wants_two_people(lost, ada):
    for name, wrong in (("accounts_recovery_two_people", ada), ("accounts_recovery_not_own", lost)):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            Recovery.objects.update(confirmed_by=wrong)
        assert refusal_code(refused.value) == name


def test_a_new_password_keeps_the_second_factor_and_ends_sessions(ana, ada, sam, client, settings):
    settings.MFA_REQUIRED = True
    secret = set_up_totp(ana)
    recovery.start(by=ada, user=ana, kind="password")
    recovery.confirm(by=sam, user=ana, how="In person")
    client.post(link(), {"password": NEXT, "again": NEXT})
    assert "_auth_user_id" not in client.session
    answer = client.post("/accounts/login/", {"login": ana.email, "password": NEXT})
    assert answer.url == "/accounts/2fa/authenticate/"
    client.post(answer.url, {"code": present_code(secret)})
    assert client.session["_auth_user_id"] == str(ana.pk)


def test_a_link_of_somebody_switched_off_is_dead(lost, ada, sam, client):
    from accounts.actions import staff

    recovery.confirm(by=sam, user=lost, how="In person")
    address = link()
    staff.switch_off(by=ada, user=lost, reason="Left")
    assert client.get(address).status_code == 404


def test_every_dead_link_is_the_same_page(client):
    pages = {client.get(f"/accounts/link/{token}/").content for token in ("a", "b" * 43, "%00", "é")}
    assert len(pages) == 1
