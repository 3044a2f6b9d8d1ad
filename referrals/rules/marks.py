"""A mark of what a page showed, to tell later whether that is still what there is. Pure."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def mark_of(shown: Mapping[str, Any]) -> str:
    """Return the same short text for the same content, and another for any other."""
    plain = json.dumps(shown, sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
