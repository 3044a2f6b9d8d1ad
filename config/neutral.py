"""Names that outsiders see must not say what the center treats: host, sender of mail, addresses."""

import logging
import re
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger("clearway.start")

# Whoever reads a browser's history, a mail's sender, a certificate or a name server's log reads these names.
TELLING = (
    "addict", "alcohol", "clinic", "detox", "drug", "dui", "inpatient", "intox", "methadone", "opioid",
    "overdose", "recover", "rehab", "relaps", "sober", "substance", "suboxone", "treatment", "withdrawal",
)  # fmt: skip
_WORDS = re.compile("|".join(TELLING), re.IGNORECASE)


def telling_names(settings: Any) -> dict[str, str]:
    """Return each setting that outsiders see and whose value holds a telling word, with that word."""
    shown = {
        "ALLOWED_HOSTS": " ".join(settings.ALLOWED_HOSTS),
        "BASE_URL": urlsplit(settings.BASE_URL).netloc,
        "DEFAULT_FROM_EMAIL": settings.DEFAULT_FROM_EMAIL,
        "ADMISSIONS_MAILBOX": settings.ADMISSIONS_MAILBOX,
        "ON_CALL_MAILBOX": settings.ON_CALL_MAILBOX,
        "MFA_TOTP_ISSUER": settings.MFA_TOTP_ISSUER,
    }
    found = {name: _WORDS.search(value or "") for name, value in shown.items()}
    return {name: match[0].lower() for name, match in found.items() if match}


def warn_of_telling_names(settings: Any) -> None:
    """Write one warning for each such setting; the center may have its reasons, so it still starts."""
    for name, word in telling_names(settings).items():
        log.warning('%s holds the word "%s": whoever sees it learns what this is about', name, word)
