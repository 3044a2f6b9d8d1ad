"""What people type on the public pages, and requests in the states that tests ask for."""

import re
from uuid import uuid4

from config import clock
from intake.actions.contact_requests import take_incoming_call
from intake.models import ContactRequest

TYPED = {
    "danger": "no",
    "who": "family",
    "call_name": "Ana",
    "phone": "(804) 555-0123",
    "message_ok": "no",
    "when": "soon",
    "website": "",
}


def typed(**changes) -> dict:
    """Return a good request as a browser posts it, with a fresh submit key."""
    return {**TYPED, "submit_key": str(uuid4()), **changes}


def without_tokens(body: bytes) -> str:
    """Return a page without what differs on every load: tokens and submit keys."""
    return re.sub(r'(name="(csrfmiddlewaretoken|shown|submit_key)"[^>]*value=")[^"]*', r"\1", body.decode())


def make_request(by, *, danger="no", call_at=None, language="en", **details) -> ContactRequest:
    """Create a request that waits for a call, as staff take it down; it is due now unless `call_at` says."""
    given = {
        "call_name": "Ana",
        "phone": "+18045550123",
        "extension": "",
        "who": "family",
        "message_ok": "no",
    }
    return take_incoming_call(
        by=by,
        details={**given, "when": "soon", "text_ok": False, "language": language, **details},
        danger=danger,
        language=language,
        next_step="call_back",
        call_at=call_at or clock.now(),
    )
