"""What an agreed limit holds back (42 CFR 2.26; 45 CFR 164.522(a)). Pure decisions."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Limit:
    """One agreed limit. Empty categories: everything; empty recipients and kinds: towards everybody.

    `noticed_at` is set when we ended it by notice: what was recorded before stays limited (164.522(a)(2)), so
    it yields only to a consent that the person signed after the notice.
    """

    categories: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    paid_in_full: bool = False
    wish: str = ""
    noticed_at: datetime | None = None


@dataclass(frozen=True)
class Held:
    """What may still leave, and the limit that holds the rest back."""

    allowed: frozenset[str]
    by: Limit | None = None
    whole: bool = False


def reaches(limit: Limit, recipient: str, kind: str) -> bool:
    """Say whether a limit is about this receiver."""
    everybody = not limit.recipients and not limit.kinds
    return everybody or recipient in limit.recipients or kind in limit.kinds


def in_force(limit: Limit, consented_at: datetime | None) -> bool:
    """Say whether a limit still holds against a consent signed then (None: no consent)."""
    return limit.noticed_at is None or consented_at is None or consented_at <= limit.noticed_at


def hold(
    categories: Collection[str], limits: Iterable[Limit], *, recipient: str, kind: str,
    consented_at: datetime | None = None,
) -> Held:  # fmt: skip
    """Return what of `categories` may leave to this receiver. `whole`: the packet as a whole is refused.

    A limit on what was paid in full refuses a packet that holds any of it; other limits cut their categories,
    and refuse when nothing is left.
    """
    asked = allowed = frozenset(categories)
    by: Limit | None = None
    for limit in limits:
        if not reaches(limit, recipient, kind) or not in_force(limit, consented_at):
            continue
        held = asked & limit.categories if limit.categories else asked
        if not held:
            continue
        by = by or limit
        allowed -= held
        if limit.paid_in_full or not allowed:
            return Held(frozenset(), limit, whole=True)
    return Held(allowed, by)
