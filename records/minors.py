"""The path of a minor: what staff read, and whether the center admits one.

The center's policy decides; the default is that it admits no minor and refers. The state's rule for consents
stands in `records.consent_seal`.
"""

from datetime import datetime

from django.conf import settings

from config.clock import center_day
from records.consent_seal import is_minor_now
from records.models import Person


def refused_as_minor(person: Person, now: datetime) -> bool:
    """Say whether the center does not admit this person because of their age."""
    return not settings.MINORS_ADMITTED and is_minor_now(person, center_day(now)) is True


def minor_path(person: Person, now: datetime) -> str:
    """Return what staff read about a minor; empty for everybody else, and while the birthday is not known."""
    if not is_minor_now(person, center_day(now)):
        return ""
    refer = "This center does not admit minors: refer to a partner that does. "
    words = (
        "Talk with the young person first. A parent or guardian learns nothing without the minor's written "
        "consent."
    )
    return words if settings.MINORS_ADMITTED else refer + words
