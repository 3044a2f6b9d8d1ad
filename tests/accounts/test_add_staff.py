"""The first account is made by a command, without a password: its owner chooses one by a link."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccountChange, User
from audit.models import Event
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


def add(email="Noor.Ade@center.example", role="administrator"):
    said = StringIO()
    call_command("add_staff", email, "Noor Ade", role, stdout=said)
    return re.search(r"https?://[^/]*(/accounts/link/\S+/)", said.getvalue()).group(1)


def test_an_account_is_made_audited_and_entered_by_a_link(client):
    address = add()
    user = User.objects.get()
    assert (user.email, user.role, user.display_name) == (
        "noor.ade@center.example",
        "administrator",
        "Noor Ade",
    )
    assert not user.has_usable_password()
    assert Event.objects.get(name="account.added").object_id == user.pk
    assert AccountChange.objects.get().new_role == "administrator"
    client.post(address, {"password": PASSWORD, "again": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_address_has_one_account():
    add()
    with pytest.raises(CommandError, match="has an account"):
        add(email="noor.ade@CENTER.example")


def test_an_address_must_be_one():
    with pytest.raises(CommandError, match=r"name@example\.org"):
        add(email="not an address")
