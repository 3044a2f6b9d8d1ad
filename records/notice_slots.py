"""The elements that a patient notice must have (42 CFR 2.22(b)), and the text that comes with the product.

Each element is a slot of its own, so that none can be forgotten. The header of 2.22(b)(1)(i) is the law's own
text and no slot: the pages print it always.
"""

import json
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "notice_texts"

# code, words for staff, the paragraph of 2.22(b)(1) it answers
SLOTS: tuple[tuple[str, str, str], ...] = (
    ("without_consent", "What may be shared without consent, in enough detail", "(ii)(A)-(C)"),
    ("with_consent", "What needs consent, with an example", "(ii)(D)"),
    ("one_consent", "One consent for all treatment, payment and operations", "(ii)(E)"),
    ("other_uses", "Other uses only with consent", "(ii)(F)"),
    ("revocation", "How to take a consent back", "(ii)(G)"),
    ("proceedings", "No use against the person in proceedings", "(ii)(H)(1)"),
    ("hearing", "Court order only after notice and a chance to be heard", "(ii)(H)(2)"),
    ("subpoena", "Court order only with a subpoena", "(ii)(H)(3)"),
    ("redisclosure", "How receivers may pass it on", "(iii)(A)"),
    ("fundraising", "Fundraising and how to opt out", "(iii)(B)"),
    ("restrict", "Right to ask for limits", "(iv)(A)"),
    ("paid_in_full", "Right to limits on what was paid in full", "(iv)(B)"),
    ("accounting", "Right to a list of disclosures", "(iv)(C)"),
    ("intermediary", "Right to a list from an intermediary", "(iv)(D)"),
    ("copy", "Right to a copy of this notice", "(iv)(E)"),
    ("discuss", "Right to talk about this notice", "(iv)(F)"),
    ("no_fundraising", "Right not to be asked for donations", "(iv)(G)"),
    ("protect", "Duty to protect, to give notice, to tell after a breach", "(v)(A)"),
    ("abide", "Duty to keep to this notice", "(v)(B)"),
    ("change", "Right to change it, and how people learn of that", "(v)(C)"),
    ("complaints", "How to complain, here and to the Secretary, without retaliation", "(vi)"),
    ("contact", "Name or title, phone and e-mail of a contact", "(vii)"),
)
CODES = tuple(code for code, _, _ in SLOTS)
SHORTEST = 20

# The parts of the page: heading in English and Spanish, and the slots under it.
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "How we may use and share your information",
        "Cómo podemos usar y compartir su información",
        ("without_consent", "with_consent", "one_consent", "other_uses", "revocation", "redisclosure",
         "fundraising"),
    ),
    ("Courts and police", "Tribunales y policía", ("proceedings", "hearing", "subpoena")),
    (
        "Your rights",
        "Sus derechos",
        ("restrict", "paid_in_full", "accounting", "intermediary", "copy", "discuss", "no_fundraising"),
    ),
    ("Our duties", "Nuestras obligaciones", ("protect", "abide", "change")),
    ("Complaints", "Quejas", ("complaints",)),
    ("Whom to ask", "A quién preguntar", ("contact",)),
)  # fmt: skip


def shipped(language: str) -> dict[str, str]:
    """Return the text that comes with the product; its contact has `{placeholders}` for the center's own."""
    return json.loads((_FOLDER / f"{language}.json").read_text())


def missing(texts: dict[str, str]) -> list[str]:
    """Return the words of each slot that has no text yet, in their order."""
    return [words for code, words, _ in SLOTS if len(texts.get(code, "").strip()) < SHORTEST]
