"""The one door out: each packet, print, export, link page or answer about a person leaves by `disclose`.

In one transaction it asks for a lawful basis at the moment of use, cuts the content to what the basis covers
(only builders of permitted sections run), attaches the notice of 42 CFR 2.32 and the consent, and writes the
accounting row and the audit event. When any of it fails, nothing leaves.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.errors import Refused
from records import notices
from records.actions.consents import lock_person
from records.choices import Category, Language, Medium
from records.consent_texts import category_words, day_words, purpose_words
from records.models import Consent, Disclosure, Person, Recipient
from records.queries import consent_for

Sections = Mapping[Category, Callable[[], Any]]


class NotPermitted(Refused):
    """Nothing may leave. `code` names the rule, `message` says it to the user."""


@dataclass(frozen=True)
class ConsentCopy:
    """The consent as it goes along: its scope in a sentence, its text, and its signature."""

    consent_id: UUID
    scope: str
    text: str
    signed_text: str
    language: str
    signature: str
    signed_at: datetime
    sha256: str


@dataclass(frozen=True)
class Grant:
    """What a basis allows: the categories, and what has to go along."""

    categories: frozenset[str]
    consent: Consent | None = None
    copy: ConsentCopy | None = None


class Basis(Protocol):
    """A lawful basis. `code` goes into the accounting; `grant` decides, under the person's lock."""

    code: str

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient,
        purpose: str,
        categories: Collection[str],
        now: datetime,
    ) -> Grant:
        """Return what may leave. Raises NotPermitted."""
        ...


@dataclass(frozen=True)
class Packet:
    """What may leave. Whoever shows it shows `notice`, `redisclosure` and `consent_copy` with it.

    `withheld` are the categories that were asked for and cut. `id` is the row of the accounting; `version`
    counts packets of different content for the same recipient and subject.
    """

    id: UUID
    version: int
    person_id: UUID
    recipient_id: UUID
    notice: str
    short_notice: str
    notice_version: str
    redisclosure: str
    consent_copy: ConsentCopy | None
    sections: dict[Category, Any]
    withheld: tuple[Category, ...] = field(default=())
    made_at: datetime | None = None


@dataclass(frozen=True)
class ByConsent:
    """The person's own written consent, checked now."""

    code = "consent"

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient,
        purpose: str,
        categories: Collection[str],
        now: datetime,
    ) -> Grant:
        """Return what a live consent of this person covers. Raises NotPermitted with the nearest reason."""
        consent, decision = consent_for(person, recipient, purpose, categories, now)
        if consent is None:
            raise NotPermitted(decision.code, decision.sentence)
        allowed = frozenset(consent.categories) & frozenset(categories)
        if not allowed:
            raise NotPermitted("category_not_covered", "The consent does not cover any of this information.")
        return Grant(allowed, consent, copy_of(consent))


@transaction.atomic
def disclose(
    *,
    person: Person,
    recipient: Recipient,
    basis: Basis,
    purpose: str,
    sections: Sections,
    medium: str,
    by: Any,
    subject: str,
) -> Packet:
    """Open the door: return the packet that may leave, with its accounting row written. Raises NotPermitted.

    `subject` is a code that names what the packet is for ("offer:<uuid>"). The same content for the same
    recipient and subject is the same version: it is audited again but accounted once.
    """
    _check_use(recipient, medium, subject, sections)
    lock_person(person.pk)
    now = clock.now()
    grant = basis.grant(
        person=person,
        recipient=recipient,
        purpose=purpose,
        categories=[str(one) for one in sections],
        now=now,
    )
    notice, short, redisclosure = _statements(recipient)
    built = {
        category: sections[category]()
        for category in Category
        if category in sections and category in grant.categories
    }
    row, fresh = _account(
        person=person, recipient=recipient, basis=basis, grant=grant, purpose=purpose, built=built,
        medium=medium, by=by, subject=subject, notice=notice, now=now,
    )  # fmt: skip
    record(
        "disclosure.made" if fresh else "disclosure.repeated", by=by, obj=row, person=person,
        recipient=recipient.pk, consent=grant.consent.pk if grant.consent else None, basis=basis.code,
        purpose=str(purpose), medium=str(medium), version=row.version, categories=[str(one) for one in built],
    )  # fmt: skip
    return Packet(
        id=row.pk, version=row.version, person_id=person.pk, recipient_id=recipient.pk, notice=notice,
        short_notice=short, notice_version=notices.VERSION, redisclosure=redisclosure,
        consent_copy=grant.copy,
        sections=built, withheld=tuple(one for one in Category if one in sections and one not in built),
        made_at=row.at,
    )  # fmt: skip


def _check_use(recipient: Recipient, medium: str, subject: str, sections: Sections) -> None:
    if medium not in Medium.values or not subject or any(one not in Category.values for one in sections):
        raise ValueError("a disclosure names a known medium, a subject, and known categories")
    if not sections:
        raise NotPermitted("nothing_selected", "Select what to share.")
    if not recipient.active:
        raise NotPermitted("recipient_inactive", "This recipient is no longer in use.")
    if not recipient.legal_status:
        raise NotPermitted("recipient_status", "Record this recipient's legal status before sending records.")


def _statements(recipient: Recipient) -> tuple[str, str, str]:
    try:
        return notices.statement(), notices.short_statement(), notices.redisclosure(recipient.legal_status)
    except notices.NoticeAltered as altered:
        raise NotPermitted(
            "notice_unavailable",
            "The federal notice can't be shown, so nothing may leave. Tell your administrator.",
        ) from altered


def _account(
    *, person: Person, recipient: Recipient, basis: Basis, grant: Grant, purpose: str,
    built: dict[Category, Any], medium: str, by: Any, subject: str, notice: str, now: datetime,
) -> tuple[Disclosure, bool]:  # fmt: skip
    """Return the accounting row of this packet, and whether it is new. The person's lock orders versions."""
    content = json.loads(json.dumps(built, cls=DjangoJSONEncoder))
    last = (
        Disclosure.objects.filter(person=person, recipient=recipient, subject=subject)
        .order_by("-version")
        .first()
    )
    same_consent = last is not None and last.consent_id == (grant.consent.pk if grant.consent else None)
    if last is not None and same_consent and last.content["sections"] == content and last.purpose == purpose:
        return last, False
    sealed = {"sections": content, "salt": secrets.token_hex(16)}
    actor = Actor.of(by)
    row = Disclosure(
        person=person, data_key=person.data_key, recipient=recipient, recipient_name=recipient.name,
        recipient_address=getattr(recipient, "address", "") or "", basis=basis.code, consent=grant.consent,
        purpose=purpose, categories=[str(one) for one in built], subject=subject,
        version=last.version + 1 if last else 1, medium=medium, notice_version=notices.VERSION,
        notice_sha256=hashlib.sha256(notice.encode()).hexdigest(), content=sealed,
        sha256=hashlib.sha256(json.dumps(sealed, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        at=now, by_kind=actor.kind, by_id=actor.id,
    )  # fmt: skip
    row.save(force_insert=True)
    return row, True


def copy_of(consent: Consent) -> ConsentCopy:
    """Return the copy of a signed consent that goes along with what it allows."""
    signed_in = consent.elements["signed_language"]
    return ConsentCopy(
        consent_id=consent.pk,
        scope=scope_of(consent),
        text=consent.text_en,
        signed_text=consent.text_es if signed_in == Language.SPANISH else consent.text_en,
        language=signed_in,
        signature=consent.signature,
        signed_at=consent.signed_at,
        sha256=consent.sha256,
    )


def scope_of(consent: Consent) -> str:
    """Return a clear explanation of the scope of a consent, in English (42 CFR 2.32(b))."""
    english = Language.ENGLISH
    receivers = ", ".join(one["name"] for one in consent.elements["recipients"])
    what = "; ".join(category_words(one, english) for one in consent.categories)
    why = "; ".join(purpose_words(one, english) for one in consent.purposes)
    end = day_words(consent.expires_on, english) if consent.expires_on else consent.expires_event
    return (
        f"The person allows {settings.CENTER_NAME} to share with {receivers}, until the end of {end}, "
        f"only this: {what}. Purpose: {why}. The person may take this consent back at any time."
    )
