"""A calendar file (RFC 5545) of an arrival that tells a family or an employer nothing.

Its title is "Appointment"; it holds no person, facility, place or reason. The same appointment keeps its UID;
every change has a higher SEQUENCE, and a cancelled one says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

TITLE = "Appointment"
NOBODY = "mailto:appointment@calendar.invalid"
"""RFC 5546 asks for an organizer; this names nobody and gets no mail."""


@dataclass(frozen=True)
class Appointment:
    """When, which version, and whether it still holds. `key` names it for ever."""

    key: str
    version: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False


def calendar_text(one: Appointment, now: datetime) -> str:
    """Return the file's text, with the line ends that the standard asks for."""
    ends_at = max(one.ends_at, one.starts_at)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//calendar//appointment//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if one.cancelled else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{one.key}@calendar.invalid",
        f"SEQUENCE:{one.version}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(one.starts_at)}",
        f"DTEND:{_stamp(ends_at)}",
        f"SUMMARY:{TITLE}",
        f"ORGANIZER:{NOBODY}",
        "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if one.cancelled else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
