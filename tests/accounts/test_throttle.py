"""Counting tries: shared by every process, and by whatever is counted, unreadably."""

import pytest

from accounts.models import ThrottleCounter
from accounts.throttle import allow


@pytest.mark.django_db
def test_the_limit_is_per_key_and_scope():
    assert [allow("code", "one", 2, 3600) for _ in range(3)] == [True, True, False]
    assert allow("code", "two", 2, 3600)
    assert allow("other", "one", 2, 3600)


@pytest.mark.django_db
def test_what_is_counted_is_not_readable():
    allow("code", "198.51.100.7", 5, 60)
    assert b"198.51" not in bytes(ThrottleCounter.objects.get().key)
