"""How the accounting of disclosures reads: the same words on the page, in the PDF and in the spreadsheet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from config.templatetags.ui import clock, day
from records.display import category_labels
from records.models import Disclosure
from records.rules.accounting import Window, is_tpo

BASES = {
    "consent": "The person's written consent (42 CFR 2.31)",
    "own_access": "The person's own access (42 CFR 2.23)",
    "emergency": "Medical emergency (42 CFR 2.51)",
    "court_order": "Court order with subpoena (42 CFR part 2, subpart E)",
    "qso": "Service agreement (42 CFR 2.11, 2.12(c)(4))",
    "audit": "Audit or evaluation (42 CFR 2.53)",
    "research": "Research (42 CFR 2.52)",
    "child_abuse": "Report of child abuse or neglect (42 CFR 2.12(c)(6))",
    "crime": "Crime on the premises or against staff (42 CFR 2.12(c)(5))",
}
HEADER = (
    "Date and time", "Recipient", "Address", "What was shared", "Why", "Treatment, payment or operations",
    "Legal basis", "Consent signed", "How it left", "Version", "Notice",
)  # fmt: skip

WITHOUT_TPO = "Treatment, payment and operations are left out, as asked."
NOTHING = "Nothing was disclosed in these days."


@dataclass(frozen=True)
class Line:
    """One disclosure in words (45 CFR 164.528(b)(2)), and the ids that its links need."""

    id: UUID
    consent_id: UUID | None
    when: str
    recipient: str
    address: str
    what: str
    why: str
    tpo: bool
    basis: str
    consent: str
    how: str
    version: int
    notice: str

    def cells(self) -> list[str]:
        """Return the texts in the order of HEADER."""
        return [
            self.when, self.recipient, self.address, self.what, self.why, "Yes" if self.tpo else "No",
            self.basis, self.consent, self.how, str(self.version), self.notice,
        ]  # fmt: skip


def line(row: Disclosure) -> Line:
    """Return one row of the accounting in words."""
    consent = row.consent
    return Line(
        id=row.pk,
        consent_id=row.consent_id,
        when=f"{day(row.at)}, {clock(row.at)}",
        recipient=row.recipient_name,
        address=row.recipient_address,
        what="; ".join(category_labels(row.categories)),
        why=row.get_purpose_display(),
        tpo=is_tpo(row.purpose),
        basis=BASES.get(row.basis, row.basis.replace("_", " ").capitalize()),
        consent=day(consent.signed_at) if consent and consent.signed_at else "",
        how=row.get_medium_display(),
        version=row.version,
        notice=row.notice_version,
    )


def period(window: Window) -> str:
    """Return the window in words."""
    return f"{day(window.first)} to {day(window.last)}"


def document(person: Any, window: Window, lines: list[Line], *, tpo: bool) -> dict[str, Any]:
    """Return the accounting as the data of `templates/pdf/document.typ`."""
    blocks: list[dict[str, Any]] = [
        {
            "kind": "facts",
            "pairs": [
                ["Made by", f"{settings.CENTER_NAME}, {settings.CENTER_PHONE}"],
                ["For", person.name],
                ["Record", person.reference],
                ["Days", period(window)],
                ["Disclosures", str(len(lines))],
            ],
        }
    ]
    if not tpo:
        blocks.append({"kind": "text", "text": WITHOUT_TPO})
    if not lines:
        blocks.append({"kind": "text", "text": NOTHING})
    for number, one in enumerate(lines, start=1):
        blocks += _entry(number, one)
    return {"heading": "Accounting of disclosures", "blocks": blocks}


def entries(window: Window, lines: list[Line], *, tpo: bool) -> list[list[str]]:
    """Return the accounting as pairs of label and text, as it is handed to the person by the door."""
    pairs = [["Days", period(window)], ["Disclosures", str(len(lines))]]
    if not tpo:
        pairs.append(["Left out", WITHOUT_TPO])
    for number, one in enumerate(lines, start=1):
        pairs.append([f"{number}. {one.when}", "\n".join(f"{label}: {text}" for label, text in _pairs(one))])
    return pairs


def _pairs(one: Line) -> list[list[str]]:
    return [
        ["To", f"{one.recipient}, {one.address}" if one.address else f"{one.recipient} (address not known)"],
        ["What was shared", one.what],
        ["Why", f"{one.why} (treatment, payment or operations)" if one.tpo else one.why],
        ["Legal basis", f"{one.basis}, signed {one.consent}" if one.consent else one.basis],
        ["How it left", f"{one.how}, version {one.version}, with notice {one.notice}"],
    ]


def _entry(number: int, one: Line) -> list[dict[str, Any]]:
    return [
        {"kind": "heading", "text": f"{number}. {one.when}", "level": 2},
        {"kind": "facts", "pairs": _pairs(one)},
    ]
