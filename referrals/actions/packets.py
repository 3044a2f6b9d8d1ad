"""The packet of an offer: made once at the door, kept, and shown again as it was.

What a partner sees next week is what it was given, not what the assessment says by then. A newer version is
made when staff send it, or when less may leave than before; each version is its own row of the accounting.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation

from audit.actions import record
from config.errors import Conflict, Refused
from records.actions.consents import lock_person
from records.choices import Category, Purpose
from records.disclose import ByConsent, disclose, refusals_recorded
from records.disclose import Packet as Left
from records.models import Consent
from referrals.actions.messages import write_message
from referrals.actions.steps import lock_offer, permitted
from referrals.actions.telling import tell_newer
from referrals.choices import HELD, FaxOutcome, MessageKind
from referrals.fhir.terms import PLACES
from referrals.models import FaxLog, Offer, Packet
from referrals.need import card_of
from referrals.packet import Part, coded_sections
from referrals.rules.need import NOT_SHARED, seriousness
from referrals.workflow import OFFER

FORMAT = 1
NOT_YET = "A packet leaves only after a partner has accepted."
UNCHANGED = "Nothing has changed since the packet was sent. The partner has it as it is."


def open_packet(
    *, offer_id: UUID, medium: str, shape: str, by: Any, now: datetime, newer: bool = False
) -> Packet:
    """Return the packet of an accepted offer, through the door; the first time it is made and kept.

    `shape` ("page", "pdf", "fhir") is what it is opened as, for the trail. `newer` makes the next version
    from what is known now, and a partner that holds a link is told that there is one. Raises NotPermitted,
    Conflict before acceptance, LinkDead, and Refused when `newer` finds nothing new.
    """
    offer = Offer.objects.select_related(
        "referral__episode__person__data_key", "facility__recipient"
    ).get(pk=offer_id)  # fmt: skip
    person, recipient = offer.referral.episode.person, offer.facility.recipient
    basis = ByConsent()
    # The record is kept in English, in whatever language the page is that opens it.
    recorded = refusals_recorded(by=by, person=person, basis=basis.code, recipient=recipient)
    with translation.override("en"), recorded, transaction.atomic():
        lock_person(person.pk)
        offer = lock_offer(offer_id, by=by, now=now)
        if offer.status not in HELD:
            raise Conflict(NOT_YET)
        last = Packet.objects.filter(offer=offer).order_by("-version").first()
        left = disclose(
            person=person, recipient=recipient, basis=basis, purpose=Purpose.TREATMENT,
            sections=coded_sections(offer.referral.episode) if last is None or newer else _as_it_was(last),
            medium=medium, by=by, subject=f"offer:{offer.pk}",
        )  # fmt: skip
        if last is None or left.version != last.version:
            replaced, last = last, _keep(offer, left, now)
            if newer and replaced is not None:
                tell_newer(offer, last.pk)
        elif newer:
            raise Refused("unchanged", UNCHANGED)
        record("packet.opened", by=by, obj=last, person=person, offer=offer.pk, shape=shape)
        return last


def _as_it_was(packet: Packet) -> dict[Category, Callable[[], Part]]:
    kept = packet.content["sections"]
    return {one: partial(kept.__getitem__, one) for one in Category if one in kept}


def _keep(offer: Offer, left: Left, now: datetime) -> Packet:
    """Store what left as the next version, with everything that page, PDF and FHIR say besides."""
    content = {
        "format": FORMAT,
        "version": left.version,
        "made_at": now.isoformat(),
        "sections": json.loads(json.dumps({str(key): part for key, part in left.sections.items()})),
        "notice": left.notice,
        "short_notice": left.short_notice,
        "notice_version": left.notice_version,
        "redisclosure": left.redisclosure,
        "notices": list(left.notices),
        "consent": _consent(left),
        "center": _center(),
        "partner": _partner(offer),
        "referral": _referral(offer, left),
        "salt": secrets.token_hex(16),
    }
    return Packet.objects.create(
        data_key=offer.data_key, offer=offer, disclosure_id=left.id, version=left.version, content=content,
        sha256=fingerprint(content), made_at=now,
    )  # fmt: skip


def fingerprint(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a packet's content as canonical JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _consent(left: Left) -> dict[str, Any]:
    copy = left.consent_copy
    if copy is None:
        raise ValueError("a packet leaves on a consent")
    consent = Consent.objects.get(pk=copy.consent_id)
    return {
        "id": str(consent.pk),
        "kind": consent.kind,
        "purposes": list(consent.purposes),
        "categories": list(consent.categories),
        "scope": copy.scope,
        "text": copy.text,
        "signed_text": copy.signed_text,
        "language": copy.language,
        "signature": copy.signature,
        "signer": consent.signer,
        "signed_at": copy.signed_at.isoformat(),
        "until": consent.expires_at.isoformat() if consent.expires_at else "",
        "sha256": copy.sha256,
    }


def _center() -> dict[str, str]:
    return {
        "name": settings.CENTER_NAME,
        "phone": settings.CENTER_PHONE,
        "fax": settings.CENTER_FAX,
        "address": settings.CENTER_ADDRESS,
        "npi": settings.CENTER_NPI,
    }


def _partner(offer: Offer) -> dict[str, Any]:
    facility = offer.facility
    return {
        "id": str(facility.pk),
        "name": facility.recipient.name,
        "npi": facility.npi,
        "phone": facility.phone,
        "fax": facility.fax,
        "address": facility.address,
        "city": facility.city,
        "state": facility.state,
        "zip": facility.zip,
        "services": [one for one in facility.services if one in PLACES],
    }


def _referral(offer: Offer, left: Left) -> dict[str, Any]:
    referral, owner = offer.referral, offer.referral.owner
    shared = [str(one) for one in left.sections]
    use = Category.SUBSTANCE_USE in left.sections
    return {
        "offer": str(offer.pk),
        "reference": referral.reference,
        "status": offer.status,
        "urgent": seriousness(referral.need, shared)[0] == "high",
        "level": referral.need["level"] if use else "",
        "withdrawal": list(referral.need["withdrawal"]) if use else [],
        "card": _card(referral.need, shared),
        "sent_at": _iso(offer.sent_at),
        "answer_by": _iso(offer.answer_due_at),
        "arrival_from": _iso(offer.arrival_from),
        "arrival_until": _iso(offer.arrival_until),
        "bed_note": offer.bed_note or "",
        "filler": offer.partner_reference or "",
        "author": {"id": str(owner.pk), "name": owner.display_name} if owner else {},
    }


def _card(need: dict[str, Any], shared: list[str]) -> list[list[Any]]:
    """The card that the partner read before, without what isn't shared and what stands in a section below."""
    lines = [
        [heading, [line for line in told if NOT_SHARED.lower() not in line.lower()]]
        for heading, told in card_of(need, shared)
        if heading != "Payment"
    ]
    return [[heading, told] for heading, told in lines if told]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


@transaction.atomic
def log_fax(
    *, packet_id: UUID, number: str, pages: int, outcome: str, by: Any, now: datetime
) -> FaxLog:  # fmt: skip
    """Write down that a version of the packet went by fax: to which number, how many pages, how it went."""
    packet = Packet.objects.select_related("data_key").get(pk=packet_id)
    offer = lock_offer(packet.offer_id, by=by, now=now)
    permitted(OFFER["accept"], by)
    if outcome not in FaxOutcome.values:
        raise Refused("outcome", "Select how it went", field="outcome")
    row = FaxLog.objects.create(
        data_key=packet.data_key, packet=packet, number=number, pages=pages, outcome=outcome, at=now, by=by
    )
    said = f"Packet version {packet.version}, {pages} pages. {FaxOutcome(outcome).label}."
    write_message(offer, kind=MessageKind.FAX, text=said, by=by, now=now)
    record(
        "packet.faxed", by=by, obj=row, person=offer.referral.episode.person_id, packet=packet.pk,
        pages=pages, outcome=str(outcome),
    )  # fmt: skip
    return row
