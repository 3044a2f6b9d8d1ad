"""Paper forms: the serial that a printed form carries, so that it is entered once."""

import re
import secrets

from records.references import ALPHABET

LENGTH = 6
_SERIAL = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_serial() -> str:
    """Return a random serial for one printed form, of letters and digits that can't be mistaken."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_serial(typed: str) -> str | None:
    """Return the serial as it is printed, from what somebody typed or scanned; None when it is none."""
    serial = "".join(typed.split()).upper().replace("-", "")
    return serial if _SERIAL.fullmatch(serial) else None
