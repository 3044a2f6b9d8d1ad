"""What an agreed limit holds back: nothing that it covers ever gets past it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from records.rules.limits import Limit, hold

CATEGORIES = ["identity", "contact", "health", "insurance"]
THEN = datetime(2026, 11, 1, tzinfo=UTC)
limits = some.builds(
    Limit,
    categories=some.frozensets(some.sampled_from(CATEGORIES)),
    recipients=some.frozensets(some.sampled_from(["r", "s"])),
    kinds=some.frozensets(some.sampled_from(["payer", "facility"])),
    paid_in_full=some.booleans(),
)


@given(some.frozensets(some.sampled_from(CATEGORIES), min_size=1), some.lists(limits, max_size=3))
def test_what_a_limit_covers_never_leaves(asked, agreed):
    held = hold(asked, agreed, recipient="r", kind="payer")
    assert held.allowed <= asked
    for limit in agreed:
        about = (
            (not limit.recipients and not limit.kinds) or "r" in limit.recipients or "payer" in limit.kinds
        )
        covered = limit.categories or asked
        if about:
            assert not held.allowed & covered
        if about and limit.paid_in_full and asked & covered:
            assert not held.allowed
    assert held.whole or held.allowed or not asked


@pytest.mark.parametrize(
    "limit,allowed",
    [
        (Limit(), set()),
        (Limit(categories=frozenset({"health"})), {"identity"}),
        (Limit(recipients=frozenset({"s"})), {"identity", "health"}),
        (Limit(kinds=frozenset({"payer"})), {"identity", "health"}),
        (Limit(recipients=frozenset({"r"})), set()),
        (Limit(kinds=frozenset({"facility"}), categories=frozenset({"health"})), {"identity"}),
        (Limit(categories=frozenset({"insurance"}), paid_in_full=True), {"identity", "health"}),
        (Limit(categories=frozenset({"health"}), paid_in_full=True), set()),
    ],
)
def test_categories_recipients_and_kinds(limit, allowed):
    held = hold({"identity", "health"}, [limit], recipient="r", kind="facility")
    assert held.allowed == allowed
    assert held.whole == (not allowed)


def test_after_notice_only_a_newer_consent_gets_past():
    gone = Limit(noticed_at=THEN)
    asked = {"recipient": "r", "kind": "facility"}
    assert not hold({"health"}, [gone], **asked).allowed
    assert not hold({"health"}, [gone], **asked, consented_at=THEN).allowed
    assert hold({"health"}, [gone], **asked, consented_at=THEN + timedelta(seconds=1)).allowed


def test_what_was_paid_in_full_refuses_the_packet_whatever_else_is_limited():
    cut = Limit(categories=frozenset({"health"}))
    paid = Limit(categories=frozenset({"health"}), paid_in_full=True)
    for order in ([cut, paid], [paid, cut]):
        assert hold({"identity", "health"}, order, recipient="r", kind="payer").whole
