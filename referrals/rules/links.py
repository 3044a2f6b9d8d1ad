"""Partner links: what a token and a spoken code are, and when a link is alive.

The token (256 random bits) travels in the e-mail; only its SHA-256 is stored. The code (six digits) is
spoken by staff; only a keyed hash bound to the link is stored, so a stolen table can't be searched for it.
"""

import hashlib
import hmac
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


def same(left: str, right: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def alive(link: LinkFacts, now: datetime) -> bool:
    """Tell whether a link may still be used: not revoked, not over, not locked by wrong codes."""
    return link.revoked_at is None and now < link.expires_at and link.tries < MAX_TRIES


def expiry_after_acceptance(arrival_until: datetime) -> datetime:
    """Return until when an accepted offer's link lives."""
    return arrival_until + STAY
