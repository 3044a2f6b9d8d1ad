"""The downtime kit: what staff work with on paper while the system is away, as one PDF to print each morning.

Nothing in it is about anybody: beds and slots show what they are used for and never by whom.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import qrcode
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from config.pdf import render
from config.templatetags.ui import clock_day, phone_display
from intake.paper import new_serial
from intake.picture import center_zone
from intake.questions import REPEATABLE, SAFETY, SECTIONS, Question, Section
from intake.questions.base import When
from intake.substances import UNUSUAL
from programs.choices import UseKind
from programs.display import BED_CHIP, bed_chip
from programs.queries import board, programs_for
from programs.queries_slots import held_slots
from referrals.choices import Withdrawal
from referrals.queries_usable import usable

SUBSTANCES_ON_PAPER = 3
CARD = (
    "Danger to life: call 911, or have the caller call. “Tell me where you are. I will stay on the line.”",
    "Thoughts of suicide: call or text 988. Do not leave the person alone. Do not end the call first.",
    "Took too much or something unknown, and is awake: Poison Help, 1-800-222-1222.",
    "Naloxone if there is any: one spray in one nostril. No answer after 2 to 3 minutes: give another. "
    "It works on kratom too. Still call 911.",
    "Alcohol, sleeping or anxiety pills, GHB: “Please do not stop all at once.”",
    "Write down what was done, and when.",
)
FORM_INTRO = (
    "Leave empty what you did not ask: an empty line never means no.\n"
    "Ask the safety questions again at every call."
)
FORM_LINES = (
    "Name",
    "Date of birth",
    "Phone, and may we leave a message",
    "Date and time of the call",
    "Who asked (your name)",
)


def downtime_kit(*, user: Any, now: datetime, forms: int, address: str) -> bytes:
    """Return the kit as a PDF with `forms` blank intake forms; `address` is the site's own, for the codes."""
    data = {
        "heading": "Downtime kit",
        "made": f"Printed {_when(now, now)}. Beds, slots and partners are as of then. "
        "Call before you rely on them.",
        "card": {
            "say": f"Say: “{SAFETY.intro}”",
            "questions": [[question.label, question.help] for question in SAFETY.questions],
            "lines": CARD,
        },
        "beds": {"header": ["Bed", "Program", "Now", "Until"], "rows": _beds(user, now)},
        "slots": {"header": ["Day program", "Slots", "In it", "Held", "Open"], "rows": _slots(user, now)},
        "partners": _partners(user, now),
        "form_intro": FORM_INTRO,
        "form_lines": FORM_LINES,
        "forms": [_form(new_serial(), address) for _ in range(forms)],
        "sections": [_section(section) for section in (SAFETY, *SECTIONS)],
    }
    return render("downtime_kit", data, title="Downtime kit", language="en")


def _when(moment: datetime, now: datetime) -> str:
    with timezone.override(center_zone()):
        return str(clock_day(moment, now))


def _form(serial: str, address: str) -> dict[str, str]:
    target = address.rstrip("/") + reverse("intake:paper-form", args=[serial])
    code = qrcode.make(target, image_factory=SvgPathImage, border=1)
    return {"serial": serial, "qr": code.to_string(encoding="unicode")}


def _beds(user: Any, now: datetime) -> list[list[str]]:
    rows = []
    for bed in board(user, now):
        use = next((one for one in getattr(bed, "coming", []) if one.period.lower <= now), None)
        until = _when(use.period.upper, now) if use is not None and use.period.upper else ""
        rows.append([bed.label, bed.program.name, bed_chip(use)[1], until])
    return rows


def _slots(user: Any, now: datetime) -> list[list[str]]:
    """Day programs with how many are in them, and each hold with its end: as the board shows them."""
    held: dict[UUID, list[str]] = {}
    for hold in held_slots(user):
        words = BED_CHIP[UseKind(hold.kind)][1]
        until = f" until {_when(hold.period.upper, now)}" if hold.period.upper else ""
        held.setdefault(hold.program_id, []).append(words + until)
    return [
        [
            one.name,
            str(one.slots),
            str(one.present),
            "\n".join(held.get(one.pk, [])),
            str(max(one.slots - one.taken, 0)),
        ]
        for one in programs_for(user).filter(slots__isnull=False)
    ]


def _partners(user: Any, now: datetime) -> dict[str, Any]:
    """Partners that we work with and that are near enough: a directory may hold the whole country."""
    miles, most = settings.DOWNTIME_KIT_MILES, settings.DOWNTIME_KIT_PARTNERS
    found = list(usable(user, now, zip_code=settings.CENTER_ZIP, miles=miles)[: most + 1])
    rows = [
        [
            facility.recipient.name,
            _numbers(facility),
            ", ".join(str(Withdrawal(code).label) for code in facility.withdrawal_yes),
            _open_beds(facility, now),
        ]
        for facility in found[:most]
    ]
    said = (
        "Partners with an agreement, or asked within a year, at most about "
        f"{miles} miles from here in a straight line, the nearest first."
    )
    if len(found) > most:
        said += f" Only the nearest {most} are printed."
    if not rows:
        said += " There is none: call the supervisor for a number."
    header = ["Partner", "Phone and fax", "Withdrawal care for", "Open beds"]
    return {"said": said, "header": header, "rows": rows}


def _numbers(facility: Any) -> str:
    fax = f"\nFax {phone_display(facility.fax)}" if facility.fax else ""
    return phone_display(facility.phone) + fax


def _open_beds(facility: Any, now: datetime) -> str:
    if facility.beds_at is None:
        return "Not known"
    said = f", said {facility.beds_said_by}" if facility.beds_said_by else ""
    return f"{facility.beds_open} open, {_when(facility.beds_at, now)}{said}"


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "intro": section.intro,
        "rows": SUBSTANCES_ON_PAPER if section.key == REPEATABLE else 0,
        "row_questions": _questions(section, section.row_questions),
        "questions": _questions(section, section.questions),
    }


def _questions(section: Section, questions: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions that paper can ask: not those that only the system's own reckoning opens."""
    on_paper = [one for one in questions if not _needs_screen(one)]
    return [_question(section.key, one, _only_if(section, one)) for one in on_paper]


def _needs_screen(one: Question) -> bool:
    return bool(one.shown_when) and all(when.question == UNUSUAL for when in one.shown_when)


def _only_if(section: Section, one: Question) -> str:
    """What opens a question, for its help; empty when it is always asked."""
    found = [_condition(section, when) for when in one.shown_when if when.question != UNUSUAL]
    return f"Only if {' or '.join(found)}." if found else ""


def _condition(section: Section, when: When) -> str:
    asked = section.question(when.question)
    if asked is None:
        raise LookupError(when.question)
    if when.above is not None:
        return f"“{asked.label}” is more than {when.above:g}"
    given = [option.label for option in asked.options if option.value in when.values]
    others = [option.label for option in asked.options if option.value not in when.values]
    if len(others) < len(given) - 1:
        return f"“{asked.label}” is anything but: {'; '.join(others)}"
    return f"“{asked.label}” is: {'; '.join(given)}"


def _question(section: str, one: Question, only_if: str = "") -> dict[str, Any]:
    return {
        "id": f"{section}.{one.name}",
        "label": one.label,
        "help": " ".join(part for part in (only_if, one.help) if part),
        "unit": one.unit,
        "kind": one.kind,
        "options": [option.label for option in one.options],
    }
