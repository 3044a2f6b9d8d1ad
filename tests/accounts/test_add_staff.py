"""Staff accounts are made by a command, with a password that holds, and leave a trace."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import Event

COMMAND = "accounts.management.commands.add_staff.getpass"


def add(monkeypatch, *passwords, email="Noor.Ade@center.example", role="supervisor"):
    typed = iter(passwords)
    monkeypatch.setattr(COMMAND, lambda prompt: next(typed))
    call_command("add_staff", email, "Noor Ade", role, verbosity=0)


@pytest.mark.django_db
def test_an_account_is_made_and_audited(monkeypatch):
    add(monkeypatch, "quiet harbor lantern", "quiet harbor lantern")
    user = User.objects.get()
    assert (user.email, user.role, user.display_name) == ("noor.ade@center.example", "supervisor", "Noor Ade")
    assert user.check_password("quiet harbor lantern")
    assert Event.objects.get(name="account.added").object_id == user.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "passwords",
    [("short", "short"), ("password1234", "password1234"), ("quiet harbor lantern", "another one entirely")],
)
def test_weak_or_differing_passwords_make_nothing(monkeypatch, passwords):
    with pytest.raises(CommandError):
        add(monkeypatch, *passwords)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_address_has_one_account(monkeypatch):
    add(monkeypatch, "quiet harbor lantern", "quiet harbor lantern")
    with pytest.raises(CommandError, match="has an account"):
        add(monkeypatch, "quiet harbor lantern", "quiet harbor lantern", email="noor.ade@CENTER.example")
