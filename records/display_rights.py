"""How incidents, notices and requests are shown: chips, facts, letters."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from config.clock import center_day
from config.templatetags.ui import clock, day
from records.choices import Category
from records.choices_door import RestrictionStatus
from records.choices_rights import STILL_OPEN, Encrypted, Outcome, RequestStatus
from records.models import Incident, IncidentDuty, Restriction, RightsRequest


def incident_chip(incident: Incident) -> tuple[str, str]:
    """Return the chip of an incident: family and word."""
    if incident.decided_at is None:
        return ("attention", "To approve") if incident.outcome else ("urgent", "To decide")
    return ("urgent", "Breach") if incident.outcome == Outcome.BREACH else ("neutral", "Not a breach")


def incident_facts(incident: Incident) -> list[tuple[str, str]]:
    """Return what is known of an incident as pairs of label and value; what is empty is left out."""
    known = incident.details
    between = [_day(known.get(name, "")) for name in ("occurred_from", "occurred_until")]
    categories = [one.label for one in Category if one.value in known.get("information", [])]
    pairs = [
        ("Noticed", f"{day(incident.discovered_at)}, {clock(incident.discovered_at)}"),
        ("Noticed by", known.get("found_by", "")),
        ("Reported by", str(incident.reported_by)),
        ("Happened", " to ".join(part for part in between if part)),
        ("Devices and systems", known.get("systems", "")),
        ("Information", "; ".join(categories)),
        ("Encrypted", Encrypted(incident.encrypted).label),
        ("How", known.get("how_encrypted", "")),
    ]
    return [(label, value) for label, value in pairs if value]


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""


def due_chip(due_on: date, today: date) -> tuple[str, str]:
    """Return the chip of a day by which something is due: family and words."""
    left = (due_on - today).days
    if left < 0:
        return "urgent", f"Late by {-left} day{'' if left == -1 else 's'}"
    if left == 0:
        return "urgent", "Due today"
    family = "attention" if left <= 14 else "neutral"
    return family, f"{left} day{'' if left == 1 else 's'} left"


def duty_rows(rows: Iterable[IncidentDuty], now: datetime) -> list[dict[str, Any]]:
    """Return what is owed as rows: words, last day, chip."""
    shown = []
    for row in rows:
        chip = ("success", "Done") if row.done_at else due_chip(row.due_on, center_day(now))
        words = row.get_code_display() + (f" ({row.place})" if row.place else "")
        shown.append({"row": row, "words": words, "family": chip[0], "word": chip[1]})
    return shown


LETTER_WORDS = {
    "en": {
        "heading": "About your information",
        "what": "What happened",
        "information": "Which information",
        "protect": "What you can do",
        "doing": "What we are doing",
        "contact": "How to reach us",
        "reach": "Call {phone}, write to {mail}, or send a letter to {address}.",
    },
    "es": {
        "heading": "Sobre su información",
        "what": "Qué pasó",
        "information": "Qué información",
        "protect": "Qué puede hacer usted",
        "doing": "Qué estamos haciendo",
        "contact": "Cómo comunicarse con nosotros",
        "reach": "Llame al {phone}, escriba a {mail} o envíe una carta a {address}.",
    },
}


def letter(name: str, address: str, texts: dict[str, str], language: str, now: datetime) -> dict[str, Any]:
    """Return a breach letter as the data of `templates/pdf/letter.typ`: five elements, a neutral envelope.

    The first page's address block holds the person's name and address and nothing else; the return address
    names no facility (45 CFR 164.404(c); 42 CFR 2.16).
    """
    words = LETTER_WORDS[language]
    with translation.override(language):
        today = day(now)
    reach = words["reach"].format(
        phone=settings.PRIVACY_PHONE, mail=settings.PRIVACY_MAILBOX, address=settings.CENTER_ADDRESS
    )
    parts = [[words[part], texts[f"letter_{part}"]] for part in ("what", "information", "protect", "doing")]
    return {
        "sender": settings.CENTER_ADDRESS,
        "to": f"{name}\n{address}",
        "day": today,
        "heading": words["heading"],
        "parts": [*parts, [words["contact"], reach]],
        "signed": f"{settings.CENTER_NAME}",
    }


RIGHTS_CHIP = {
    RequestStatus.OPEN: ("attention", "Open"),
    RequestStatus.EXTENDED: ("attention", "Time extended"),
    RequestStatus.FULFILLED: ("success", "Fulfilled"),
    RequestStatus.DENIED: ("neutral", "Denied"),
    RequestStatus.WITHDRAWN: ("neutral", "Taken back"),
}
LIMIT_CHIP = {
    RestrictionStatus.ASKED: "attention",
    RestrictionStatus.AGREED: "consent",
    RestrictionStatus.DECLINED: "neutral",
    RestrictionStatus.ENDED: "neutral",
}


def rights_rows(
    asked: Iterable[RightsRequest], limits: Iterable[Restriction], today: date
) -> list[dict[str, Any]]:
    """Return what people asked for as rows, requests and limits in one list, the newest first.

    Each row has url, person, words, wish, came, due, a chip, and while it is open how long is left.
    """
    rows = []
    for one in asked:
        family, word = RIGHTS_CHIP[RequestStatus(one.status)]
        rows.append(
            _row(
                one, "records:rights", one.get_kind_display(), one.received_on, one.due_on, family, word,
                today if one.status in STILL_OPEN else None,
            )
        )  # fmt: skip
    for limit in limits:
        family, word = LIMIT_CHIP[RestrictionStatus(limit.status)], limit.get_status_display()
        waits = today if limit.status == RestrictionStatus.ASKED else None
        came, due = center_day(limit.asked_at), center_day(limit.due_at)
        rows.append(_row(limit, "records:limit", "A limit on sharing", came, due, family, str(word), waits))
    return sorted(rows, key=lambda row: row["came"], reverse=True)


def _row(
    one: Any, page: str, words: str, came: date, due: date, family: str, word: str, today: date | None
) -> dict[str, Any]:  # fmt: skip
    late_family, late_word = due_chip(due, today) if today else ("", "")
    return {
        "url": reverse(page, args=[one.pk]), "person": one.person, "words": words, "wish": one.wish,
        "came": came, "due": due, "family": family, "word": word, "late_family": late_family,
        "late_word": late_word,
    }  # fmt: skip
