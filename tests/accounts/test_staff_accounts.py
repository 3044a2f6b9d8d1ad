"""Accounts of colleagues: invited, changed with a reason, never lost, never the last, never one's own."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions import staff
from accounts.models import AccountChange, AccountLink, User
from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.actions import deliver, secret_of
from outbox.models import Message
from tests.factories.accounts import PASSWORD, make_stale, make_user

pytestmark = pytest.mark.django_db
NEW = "/staff/accounts/new/"
ASKS = {"email": "Noor@Center.example", "name": "Noor Ade", "role": "clinician"}


def page_of(user, what=""):
    return f"/staff/accounts/{user.pk}/{what}"


def invited(as_user, ada):
    as_user(ada).post(NEW, ASKS)
    return User.objects.get(email="noor@center.example")


def link_in_mail():
    message = Message.objects.filter(kind="accounts.link").latest("created_at")
    return f"/accounts/link/{secret_of(message)}/", message


def test_an_invitation_makes_an_account_that_only_its_owner_can_enter(as_user, ada, client, mailoutbox):
    noor = invited(as_user, ada)
    assert (noor.role, noor.has_usable_password()) == ("clinician", False)
    assert "Invited" in as_user(ada).get(page_of(noor)).content.decode()
    address, message = link_in_mail()
    assert deliver(message.pk)
    (mail,) = mailoutbox
    assert address in mail.body
    assert (mail.to, mail.subject) == (["noor@center.example"], "Your link")
    client.logout()
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200, "opening it uses nothing up"
    client.post(address, {"password": PASSWORD, "again": PASSWORD})
    noor.refresh_from_db()
    assert noor.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session, "a link never signs in"
    assert client.get(address).status_code == 404
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 404


def test_a_weak_or_mistyped_password_keeps_the_link(as_user, ada, client):
    invited(as_user, ada)
    address, _message = link_in_mail()
    for password, again in (
        ("short", "short"),
        (PASSWORD, "other"),
        ("noor lantern forest", "noor lantern forest"),
    ):
        assert client.post(address, {"password": password, "again": again}).status_code == 422
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 302


def test_a_link_ends_after_an_hour_and_when_another_is_made(as_user, ada, monkeypatch):
    noor = invited(as_user, ada)
    first, _message = link_in_mail()
    client = as_user(ada)
    client.post(page_of(noor, "invite/"))
    second, _message = link_in_mail()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    later = clock.real_now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert client.get(second).status_code == 404


def test_the_token_is_kept_as_a_hash_alone(as_user, ada):
    invited(as_user, ada)
    address, _message = link_in_mail()
    token = address.split("/")[-2]
    assert token.encode() not in bytes(AccountLink.objects.get().token_hash)
    assert token not in str(list(Event.objects.values()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_secret FROM outbox_message WHERE kind = 'accounts.link'")
        assert token.encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("email", ["ana@demo.example", "ANA@demo.example"])
def test_an_address_is_never_given_to_another_not_even_of_somebody_gone(as_user, ada, ana, email):
    staff.switch_off(by=ada, user=ana, reason="Left")
    answer = as_user(ada).post(NEW, {**ASKS, "email": email})
    assert answer.status_code == 422
    assert b"has an account" in answer.content


def test_a_role_changes_with_a_reason_and_counts_at_once(as_user, ada, ana, client):
    from django.test import Client

    hers = Client()
    hers.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert hers.get("/staff/requests/").status_code == 200
    assert as_user(ada).post(page_of(ana, "role/"), {"role": "auditor"}).status_code == 422
    assert client.post(page_of(ana, "role/"), {"role": "auditor", "reason": "New post"}).status_code == 302
    assert hers.get("/staff/requests/").status_code == 403
    change = AccountChange.objects.get(user=ana)
    assert (change.old_role, change.new_role, change.reason, change.by) == (
        "admissions",
        "auditor",
        "New post",
        ada,
    )
    assert Event.objects.get(name="account.role_changed").ids == {"role": "auditor"}


def test_switching_off_ends_every_session_and_link_and_on_again_revives_none(as_user, ada, ana):
    from django.test import Client

    hers = Client()
    hers.post("/accounts/login/", {"login": ana.email, "password": PASSWORD})
    assert hers.get("/accounts/").status_code == 200
    client = as_user(ada)
    client.post(page_of(ana, "off/"), {"reason": "Left"})
    assert hers.get("/accounts/").status_code == 302
    client.post(page_of(ana, "on/"))
    assert hers.get("/accounts/").status_code == 302
    assert list(AccountChange.objects.filter(user=ana).order_by("at").values_list("kind", flat=True)) == [
        "off",
        "on",
    ]


@pytest.mark.parametrize(
    "what,data", [("role/", {"role": "auditor", "reason": "x"}), ("off/", {"reason": "x"})]
)
def test_nobody_changes_their_own_account(as_user, ada, what, data):
    make_user("administrator", "ida")
    answer = as_user(ada).post(page_of(ada, what), data)
    assert answer.status_code == 422
    assert b"Nobody changes their own account" in answer.content
    ada.refresh_from_db()
    assert (ada.role, ada.is_active) == ("administrator", True)


def test_the_database_refuses_a_change_by_oneself(ada):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        AccountChange.objects.create(user=ada, by=ada, kind="role", reason="x")
    assert refusal_code(refused.value) == "accounts_accountchange_by_another"


@pytest.mark.parametrize(
    "sql", ["UPDATE accounts_user SET is_active = false", "UPDATE accounts_user SET role = 'auditor'"]
)
def test_the_last_administrator_stays_also_against_raw_sql(ada, sql):
    make_user("administrator", "ida")
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert refusal_code(refused.value) == "accounts_user_last_administrator"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM accounts_user",
        "UPDATE accounts_user SET email = 'x@demo.example'",
        "DELETE FROM accounts_accountchange",
        "UPDATE accounts_accountchange SET reason = 'y'",
    ],
)
def test_accounts_addresses_and_history_are_kept_against_raw_sql(ada, ana, sql):
    staff.change_role(by=ada, user=ana, role="auditor", reason="x")
    with (
        pytest.raises(Exception, match=r"permission denied|kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_at_once_leave_one(ada):
    ida = make_user("administrator", "ida")
    start, outcomes = threading.Barrier(2), []

    def off(by, user):
        try:
            start.wait()
            staff.switch_off(by=by, user=user, reason="x")
            outcomes.append("done")
        except (Refused, Conflict):
            outcomes.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=off, args=pair) for pair in ((ada, ida), (ida, ada))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert User.objects.filter(role="administrator", is_active=True).count() == 1


@pytest.mark.parametrize(
    "role,list_status,new_status",
    [
        ("admissions", 403, 403),
        ("clinician", 403, 403),
        ("supervisor", 200, 403),
        ("privacy", 200, 403),
        ("auditor", 200, 403),
        ("administrator", 200, 200),
    ],
)
def test_who_sees_and_who_makes_accounts(as_user, role, list_status, new_status):
    client = as_user(make_user(role, "visitor"))
    assert (client.get("/staff/accounts/").status_code, client.get(NEW).status_code) == (
        list_status,
        new_status,
    )


@pytest.mark.parametrize(
    "what,data",
    [
        ("role/", {"role": "auditor", "reason": "x"}),
        ("off/", {"reason": "x"}),
        ("on/", {}),
        ("recovery/", {"kind": "factor"}),
    ],
)
def test_an_old_sign_in_is_confirmed_first_and_the_form_is_kept(as_user, ada, ana, what, data):
    client = as_user(ada)
    make_stale(client)
    asked = client.post(page_of(ana, what), data)
    assert b"Confirm it" in asked.content
    assert not AccountChange.objects.exists()
    assert client.post(page_of(ana, what), {**data, "step_up_password": PASSWORD}).status_code in (302, 409)


def test_a_second_press_says_that_it_was_done(as_user, ada, ana):
    staff.switch_off(by=ada, user=ana, reason="Left")
    assert as_user(ada).post(page_of(ana, "off/"), {"reason": "Left"}).status_code == 409
