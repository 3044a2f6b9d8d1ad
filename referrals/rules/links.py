"""Partner links: what a token and a spoken code are, and when a link is alive.

The token (256 random bits) travels in the e-mail; only its SHA-256 is stored. The code (six digits) is
spoken by staff, or mailed to another mailbox than the link's; only a keyed hash bound to the link is stored,
so a stolen table can't be searched for it.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

MAX_TRIES = 5
CODE_DIGITS = 6
STAY = timedelta(days=14)
"""How long a link lives on after the promised arrival, so that arrival and clearance can be sent."""


@dataclass(frozen=True)
class LinkFacts:
    """What decides whether a link is alive."""

    expires_at: datetime
    revoked_at: datetime | None
    tries: int
    why: str = ""


def new_token() -> str:
    """Make the secret part of a link's address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Make the six digits that staff read out."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def spoken(code: str) -> str:
    """Group a code for reading out: 493 027."""
    return f"{code[:3]} {code[3:]}"


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_hash(code: str, *, key: bytes, link_id: UUID) -> str:
    """Return what is stored of a code: keyed, and different for every link."""
    return hmac.new(key, f"partner-code:{link_id}:{code}".encode(), hashlib.sha256).hexdigest()


def typed_code(text: str) -> str:
    """Keep the digits of what somebody typed, so that '493 027' and '493-027' are the code."""
    return "".join(ch for ch in text if ch in "0123456789")


def mailbox(address: str) -> str:
    """Return what tells two e-mail addresses of one mailbox: without case, spaces and what follows a plus."""
    return re.sub(r"\+[^@]*@", "@", address.strip().lower())


def may_carry_code(address: str, link_address: str) -> bool:
    """Tell whether a code may go to `address`: another mailbox than the one that got the link."""
    return "@" in address and mailbox(address) != mailbox(link_address)


def same(left: str, right: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def alive(link: LinkFacts, now: datetime) -> bool:
    """Tell whether a link may still be used: not revoked, not over, not locked by wrong codes."""
    return link.revoked_at is None and now < link.expires_at and link.tries < MAX_TRIES


LATE = frozenset({"expired", "withdrawn"})
"""Why a link ended whose partner may still tell us something. Others say nothing and take nothing."""
OVER = LATE | {"closed", "returned", "episode_closed"}
"""Why a link ended that says that nothing more is needed; every other dead link is the one neutral page."""


def takes_late(link: LinkFacts, now: datetime) -> bool:
    """Tell whether a dead link still takes a late answer: its time is over, or we needed no more."""
    return link.tries < MAX_TRIES and not alive(link, now) and (link.revoked_at is None or link.why in LATE)


def is_over(link: LinkFacts, now: datetime) -> bool:
    """Tell whether a dead link may say that the request is closed, which says nothing about anyone."""
    return link.tries < MAX_TRIES and not alive(link, now) and (link.revoked_at is None or link.why in OVER)


def was_overtaken(link: LinkFacts) -> bool:
    """Tell whether a newer link or wrong codes ended it, which takes nothing from who had opened it."""
    return link.why == "replaced" or (link.revoked_at is None and link.tries >= MAX_TRIES)


def expiry_after_acceptance(arrival_until: datetime) -> datetime:
    """Return until when an accepted offer's link lives."""
    return arrival_until + STAY
