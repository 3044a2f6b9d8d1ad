"""A kept packet as page and as PDF: both say the same, in the same order, from what was kept alone."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.pdf import render
from config.templatetags.ui import clock, day, phone_display
from records.choices import Category
from records.consent_texts import Block, blocks
from referrals.models import Packet

Parts = list[tuple[Any, list[list[str]]]]
TITLES = {
    Category.IDENTITY: gettext_lazy("Name and date of birth"),
    Category.CONTACT: gettext_lazy("Phone and ways to be reached"),
    Category.SUBSTANCE_USE: gettext_lazy("Substance use, amounts and withdrawal"),
    Category.HEALTH: gettext_lazy("Physical health"),
    Category.MEDICATIONS: gettext_lazy("Medicines and allergies"),
    Category.MENTAL_HEALTH: gettext_lazy("Mental health and safety"),
    Category.PREGNANCY: gettext_lazy("Pregnancy"),
    Category.SOCIAL: gettext_lazy("Home, family and work"),
    Category.INSURANCE: gettext_lazy("Insurance"),
    Category.CLEARANCE: gettext_lazy("Medical clearance"),
    Category.PRESENCE: gettext_lazy("Being in contact with this center"),
}
"""The parts of a packet in words, in the reader's language. What was written down stays as it was written."""


def parts_of(content: dict[str, Any]) -> Parts:
    """Return (title, rows) of each category that holds something, in the order of the categories."""
    kept = content["sections"]
    return [(title, kept[one]["rows"]) for one, title in TITLES.items() if one in kept and kept[one]["rows"]]


def nothing_of(content: dict[str, Any]) -> list[Any]:
    """Return the titles of the categories that were shared and hold nothing: silence, and not a no."""
    kept = content["sections"]
    return [title for one, title in TITLES.items() if one in kept and not kept[one]["rows"]]


def page_of(packet: Packet) -> dict[str, Any]:
    """Return what the page of a packet shows: the version, and what differs from the one before."""
    earlier = Packet.objects.filter(offer=packet.offer_id, version__lt=packet.version)
    before = earlier.select_related("data_key").order_by("-version").first()
    return {
        "packet": packet,
        "content": packet.content,
        "parts": parts_of(packet.content),
        "empty": nothing_of(packet.content),
        "before": before,
        "different": different(packet.content, before.content) if before else [],
        "signature": signature_of(packet.content),
    }


def different(content: dict[str, Any], before: dict[str, Any]) -> list[Any]:
    """Return the titles of the parts that are new or not as they were; what left the packet is not named."""
    old = dict(parts_of(before))
    return [title for title, rows in parts_of(content) if rows != old.get(title)]


def pdf_of(packet: Packet, language: str = "en") -> bytes:
    """Return a packet as a tagged PDF: a cover sheet without a name or a clinical word, then the record.

    `language` ("en" or "es") is of the paper's own words; notice, record and consent are as they were kept.
    """
    content = packet.content
    reference = content["referral"]["reference"]
    with translation.override(language):
        data = _paper(content, reference)
        printed = _("Referral %(reference)s, version %(version)s") % {
            "reference": reference, "version": content["version"],
        }  # fmt: skip
        title = _("Confidential packet")
    return render(
        "packet", data, title=title, language=language, notice=content["short_notice"], printed=printed
    )


def consent_pdf(content: dict[str, Any]) -> bytes:
    """Return the copy of the consent alone, as a tagged PDF: for a recipient that keeps documents apart."""
    consent = content["consent"]
    texts = [consent["text"]]
    if consent["signed_text"] != consent["text"]:
        texts.append(consent["signed_text"])
    with translation.override("en"):
        texts.append(signature_of(content))
        heading = _("The consent, without the names of other receivers")
    data = {"heading": heading, "blocks": [_block(one) for text in texts for one in blocks(text)]}
    return render("document", data, title="Consent", language="en", notice=content["short_notice"])


def _block(one: Block) -> dict[str, Any]:
    text = {"text": "\n".join(one.lines)}
    return {"kind": "list", "items": one.lines} if one.kind == "list" else _KINDS[one.kind] | text


_KINDS: dict[str, dict[str, Any]] = {"heading": {"kind": "heading"}, "paragraph": {"kind": "text"}}


def _paper(content: dict[str, Any], reference: str) -> dict[str, Any]:
    named = {"reference": reference}
    return {
        "words": {
            "confidential": _("Confidential: referral %(reference)s") % named,
            "pages": _("Pages"),
            "with_this": _("with this one"),
            "notice": _("Notice that goes with these records"),
            "record": _("Record for referral %(reference)s") % named,
            "glance": _("At a glance"),
            "nothing": _("Shared, and nothing is recorded"),
            "agreed": _("What the person has agreed to"),
            "consent": _("The consent, without the names of other receivers"),
        },
        "cover": _cover(content),
        "lines": [
            _("Only the addressee may read what follows. It is confidential by federal law."),
            _(
                "Received by mistake? Do not read, copy or pass it on. Call us at once at the number above, "
                "and destroy every page."
            ),
        ],
        "card": [*_own_reference(content)]
        + [[heading, "\n".join(told)] for heading, told in content["referral"]["card"]],
        "parts": [
            [str(title), [[label, text or "Not known"] for label, text in rows]]
            for title, rows in parts_of(content)
        ],
        "empty": "; ".join(map(str, nothing_of(content))),
        "notice": content["notice"],
        "redisclosure": content["redisclosure"],
        "notices": content["notices"],
        "scope": content["consent"]["scope"],
        "consent": signed_text(content),
    }


def _own_reference(content: dict[str, Any]) -> list[list[str]]:
    """The partner's own number: behind the cover sheet, which says nothing that may name a person."""
    filler = content["referral"].get("filler")
    return [[_("Your own reference"), filler]] if filler else []


def signed_text(content: dict[str, Any]) -> str:
    """Return the consent as it was agreed to, with who signed, when, and its fingerprint."""
    consent = content["consent"]
    other = consent["signed_text"] if consent["signed_text"] != consent["text"] else ""
    return "\n\n".join(part for part in (consent["text"], other, signature_of(content)) if part)


def signature_of(content: dict[str, Any]) -> str:
    """Return who signed the consent, when, and the fingerprint of what was signed."""
    consent = content["consent"]
    signed = _("Signed: %(signature)s, %(at)s") % {
        "signature": consent["signature"], "at": _when(consent["signed_at"]),
    }  # fmt: skip
    return signed + "\n" + _("Fingerprint (SHA-256): %(sha256)s") % {"sha256": consent["sha256"]}


def _cover(content: dict[str, Any]) -> list[list[str]]:
    center, partner, referral = content["center"], content["partner"], content["referral"]
    made = _("%(version)s, made %(at)s") % {
        "version": content["version"], "at": _when(content["made_at"]),
    }  # fmt: skip
    return [
        [_("To"), partner["name"]],
        [_("Fax"), phone_display(partner["fax"]) or _("None on file")],
        [_("Phone"), phone_display(partner["phone"])],
        [_("From"), center["name"]],
        [_("Our phone"), center["phone"]],
        *([[_("Our fax"), center["fax"]]] if center["fax"] else []),
        [_("Referral"), referral["reference"]],
        [_("Version"), made],
    ]


def _when(moment: str) -> str:
    at = datetime.fromisoformat(moment)
    return f"{day(at)}, {clock(at)}"
