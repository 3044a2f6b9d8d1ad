"""Sessions in PostgreSQL, sealed: a dump shows neither who is in them nor a second factor being set up."""

import base64
import binascii
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as StoredSession

from config.crypto import CannotOpen, open_secret, seal_secret

CONTEXT = "session"


class SessionStore(StoredSession):
    """Django's session of rows, with its data encrypted under the main key ring."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the data as text that only the key ring opens."""
        signed = super().encode(session_dict)
        return base64.b64encode(seal_secret(signed.encode(), CONTEXT)).decode()

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """Return the data; an empty session for anything that does not open, which signs out."""
        try:
            signed = open_secret(base64.b64decode(session_data, validate=True), CONTEXT)
        except (CannotOpen, binascii.Error):
            return {}
        return super().decode(signed.decode())
