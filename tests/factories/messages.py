"""Messages of the outbox in situations that tests ask for."""

import uuid

from outbox.models import Message


def make_failed_message(kind="intake.request_urgent", **given) -> Message:
    """Store a message that was given up."""
    values = {
        "key": uuid.uuid4().hex,
        "ids": {"request": str(uuid.uuid4())},
        "status": "failed",
        "attempts": 12,
        "last_error": "LookupError",
        **given,
    }
    return Message.objects.create(kind=kind, **values)
