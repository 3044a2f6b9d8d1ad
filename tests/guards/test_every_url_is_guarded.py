"""Deny by default: every address says who may open it, and the declared permission exists."""

import pytest
import rules
from django.urls import URLPattern, get_resolver

from accounts.urls import ALLAUTH_ACCESS


def all_patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield address, entry
        else:
            yield from all_patterns(entry, address)


PATTERNS = list(all_patterns())


def access_of(entry):
    return getattr(entry.callback, "access", None) or ALLAUTH_ACCESS.get(entry.name or "")


@pytest.mark.parametrize("address,entry", PATTERNS, ids=[address for address, _ in PATTERNS])
def test_every_url_declares_who_may_open_it(address, entry):
    access = access_of(entry)
    assert access is not None, f"{address} ({entry.callback.__name__}) declares no access"
    if access.kind == "staff":
        assert rules.perm_exists(access.permission), f"{access.permission} is no permission"
    if address.startswith("staff/"):
        assert access.kind in ("staff", "signed_in")


def test_names_are_unique():
    names = [entry.name for address, entry in PATTERNS if entry.name and not address.startswith("es/")]
    views = {(entry.name, entry.callback) for _, entry in PATTERNS if entry.name}
    assert len(views) >= len(set(names))


def test_the_django_admin_is_not_installed():
    from django.apps import apps

    assert not apps.is_installed("django.contrib.admin")
