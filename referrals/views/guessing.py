"""Slowing down whoever guesses codes or tokens, and writing down that somebody did.

Tries are counted for each address and for each token. Many addresses with many tokens are not refused
together, or a stranger could shut out every partner; they are noticed. A token has 256 bits, and a code
takes five tries.
"""

import logging

from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.throttle import address_of, allow
from audit.actions import record
from audit.actors import Actor

PER_ADDRESS, PER_LINK, NOTICED, WINDOW = 30, 10, 100, 600
"""Tries that are let through, and unknown tokens that are noticed, within a window of so many seconds."""
log = logging.getLogger("clearway.referrals")


def slowed(request: HttpRequest, digest: str) -> bool:
    """Count one try of a code and tell whether it comes too fast. `digest` is the token's hash."""
    if not allow("partner.code.address", address_of(request), PER_ADDRESS, WINDOW):
        _notice("address")
        return True
    if not allow("partner.code.link", digest, PER_LINK, WINDOW):
        _notice("link")
        return True
    return False


def unknown_token() -> None:
    """Count a try with a token that is none of ours; many within a window are written down."""
    if not allow("partner.code.unknown", "", NOTICED, WINDOW):
        _notice("unknown")


def _notice(why: str) -> None:
    """Write down that codes are being guessed: into the log, and once within a window into the trail."""
    if allow(f"partner.code.noticed.{why}", "", 1, WINDOW):
        log.warning("partner codes are being guessed: too many by %s", why)
        record("link.guessed", by=Actor.public(), why=why)


def tries_left(left: int) -> str:
    """Say that a code is wrong and how often one may still try."""
    words = ngettext(
        "That code does not match. You can try %(left)s more time",
        "That code does not match. You can try %(left)s more times",
        left,
    )
    return words % {"left": left}
