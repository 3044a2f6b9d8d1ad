"""Counting tries: shared by every process, per address, and by the visitor's address behind a proxy."""

import pytest

from accounts.models import ThrottleCounter
from accounts.throttle import address_of, allow


@pytest.mark.django_db
def test_the_limit_is_per_key_and_scope():
    assert [allow("code", "one", 2, 3600) for _ in range(3)] == [True, True, False]
    assert allow("code", "two", 2, 3600)
    assert allow("other", "one", 2, 3600)


@pytest.mark.django_db
def test_what_is_counted_is_not_readable():
    allow("code", "198.51.100.7", 5, 60)
    assert b"198.51" not in bytes(ThrottleCounter.objects.get().key)


@pytest.mark.parametrize(
    "behind,forwarded,expected",
    [
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "spoofed, 203.0.113.9", "203.0.113.9"),
        (True, "", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_address_is_the_one_it_saw(rf, settings, behind, forwarded, expected):
    settings.BEHIND_TLS = behind
    assert address_of(rf.get("/", headers={"x-forwarded-for": forwarded})) == expected
