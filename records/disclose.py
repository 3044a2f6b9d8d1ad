"""The one door out: each packet, print, export, link page or answer about a person leaves by `disclose`.

In one transaction it asks for a lawful basis at the moment of use (`records.door`), cuts the content to what
the basis covers (only builders of permitted sections run), attaches the notice of 42 CFR 2.32 and the
consent, and writes the accounting row and the audit event. When any of it fails, nothing leaves. A refusal
is written down too, by its code alone.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from records import notices
from records.actions.consents import lock_person
from records.choices import Category, Medium
from records.choices_door import SharedFor
from records.door import limits
from records.door.consent import ByConsent
from records.door.grant import (
    COUNSELING_NOTES,
    Asked,
    Basis,
    ConsentCopy,
    Grant,
    NotPermitted,
    Packet,
    Sections,
)
from records.models import Disclosure, Person, Recipient
from records.models.disclosure import FOR_PROCEEDINGS
from records.queries.people import opened_by_break_glass_only
from records.queries.standing import standing_of

# Counseling notes are no section: whoever opens them doesn't come with a packet of the chart.
SECTIONS = frozenset(Category.values) - {COUNSELING_NOTES}

__all__ = [
    "Basis",
    "ByConsent",
    "ConsentCopy",
    "Grant",
    "NotPermitted",
    "Packet",
    "Sections",
    "disclose",
    "refusals_recorded",
]

READ_ONLY = (
    "You opened this record in an emergency: to read, not to share. Ask a supervisor or somebody on the care "
    "team to share it. If a life is in danger, tell medical staff by phone; it is written down afterwards."
)
PROCEEDINGS_ALONE = "Legal proceedings need their own consent, or a court order with its subpoena."


@contextmanager
def refusals_recorded(
    *, by: Any, person: Person, basis: str, recipient: Recipient | None = None
) -> Iterator[None]:
    """Write down a refusal at the door when it leaves this block, after what it rolled back is gone.

    An action that opens the door inside a transaction of its own wraps the whole transaction.
    """
    try:
        yield
    except NotPermitted as refused:
        with transaction.atomic():
            record(
                "disclosure.refused", by=by, person=person, code=refused.code, basis=basis,
                recipient=recipient.pk if recipient else None,
            )  # fmt: skip
        raise


def disclose(
    *,
    person: Person,
    recipient: Recipient | None,
    basis: Basis,
    purpose: str,
    sections: Sections,
    medium: str,
    by: Any,
    subject: str,
) -> Packet:
    """Open the door: return the packet that may leave, with its accounting row written. Raises NotPermitted.

    `subject` is a code that names what the packet is for ("offer:<uuid>"). The same content for the same
    recipient and subject is the same version: it is audited again but accounted once. `recipient` may be
    None for the bases whose receiver need not be in the directory.
    """
    if medium not in Medium.values or not subject or any(one not in SECTIONS for one in sections):
        raise ValueError("a disclosure names a known medium, a subject, and known categories")
    with refusals_recorded(by=by, person=person, basis=basis.code, recipient=recipient), transaction.atomic():
        return _open(person, recipient, basis, purpose, sections, medium, by, subject)


def _open(
    person: Person, recipient: Recipient | None, basis: Basis, purpose: str, sections: Sections,
    medium: str, by: Any, subject: str,
) -> Packet:  # fmt: skip
    _check_asked(recipient, basis, purpose, sections)
    lock_person(person.pk)
    if opened_by_break_glass_only(by, person):
        raise NotPermitted("break_glass", READ_ONLY)
    now = clock.now()
    asked = Asked(person, recipient, purpose, [str(one) for one in sections], now, by, medium)
    grant = basis.grant(asked)
    grant = limits.apply(person, recipient, grant)
    notice, short, redisclosure = _statements(recipient, grant, now)
    built = _build(sections, grant)
    row, fresh = _account(
        person=person, recipient=recipient, basis=basis, grant=grant, purpose=purpose, built=built,
        medium=medium, by=by, subject=subject, notice=notice, redisclosure=redisclosure, now=now,
    )  # fmt: skip
    record(
        "disclosure.made" if fresh else "disclosure.repeated", by=by, obj=row, person=person,
        recipient=recipient.pk if recipient else None, consent=grant.consent.pk if grant.consent else None,
        basis=basis.code, purpose=str(purpose), medium=str(medium), version=row.version,
        categories=[str(one) for one in built],
    )  # fmt: skip
    return Packet(
        id=row.pk, version=row.version, person_id=person.pk,
        recipient_id=recipient.pk if recipient else None, notice=notice, short_notice=short,
        notice_version=notices.VERSION, redisclosure=redisclosure, consent_copy=grant.copy, sections=built,
        withheld=tuple(one for one in Category if one in sections and one not in built), made_at=row.at,
        notices=grant.notices,
    )  # fmt: skip


def _check_asked(recipient: Recipient | None, basis: Basis, purpose: str, sections: Sections) -> None:
    if purpose == SharedFor.PROCEEDINGS and basis.code not in FOR_PROCEEDINGS:
        raise NotPermitted("proceedings", PROCEEDINGS_ALONE)
    if basis.from_chart and not sections:
        raise NotPermitted("nothing_selected", "Select what to share.")
    if sections and not basis.from_chart:
        raise NotPermitted("no_chart", "Nothing from the chart goes with this. Leave the sections out.")
    if recipient is None:
        return
    if not recipient.active:
        raise NotPermitted("recipient_inactive", "This recipient is no longer in use. Choose another.")
    if not recipient.legal_status:
        raise NotPermitted("recipient_status", "Record this recipient's legal status before sending records.")


def _build(sections: Sections, grant: Grant) -> dict[Category, Any]:
    """Run the permitted builders, or take the facts of a basis that sends nothing of the chart."""
    if grant.facts is not None:
        return dict(grant.facts)
    return {
        category: sections[category]()
        for category in Category
        if category in sections and category in grant.categories
    }


def _statements(recipient: Recipient | None, grant: Grant, now: datetime) -> tuple[str, str, str]:
    try:
        passing_on = grant.redisclosure
        if passing_on is None:
            passing_on = _passing_on(recipient, now) if recipient else ""
        return notices.statement(), notices.short_statement(), passing_on
    except notices.NoticeAltered as altered:
        raise NotPermitted(
            "notice_unavailable",
            "The federal notice can't be shown, so nothing may leave. Tell your administrator.",
        ) from altered


def _passing_on(recipient: Recipient, now: datetime) -> str:
    """Return the rule of the recipient's legal status; the narrowest where its paper has ended."""
    known = standing_of(recipient, now)
    return notices.redisclosure(known.status) if known.sure else notices.NOT_SURE


def _account(
    *, person: Person, recipient: Recipient | None, basis: Basis, grant: Grant, purpose: str,
    built: dict[Category, Any], medium: str, by: Any, subject: str, notice: str, redisclosure: str,
    now: datetime,
) -> tuple[Disclosure, bool]:  # fmt: skip
    """Return the accounting row of this packet, and whether it is new. The person's lock orders versions."""
    content = json.loads(json.dumps(built, cls=DjangoJSONEncoder))
    last = (
        Disclosure.objects.filter(person=person, recipient=recipient, subject=subject)
        .order_by("-version")
        .first()
    )
    because = {"consent": grant.consent, **grant.proof}
    if (
        last is not None
        and (last.basis, last.purpose, last.content["sections"]) == (basis.code, purpose, content)
        and all(getattr(last, column) == row for column, row in because.items())
    ):
        return last, False
    sealed = {
        "sections": content, "notices": list(grant.notices), "redisclosure": redisclosure,
        "salt": secrets.token_hex(16),
    }  # fmt: skip
    actor = Actor.of(by)
    row = Disclosure(
        person=person, data_key=person.data_key, recipient=recipient,
        recipient_name=grant.to_name or (recipient.called if recipient else ""),
        recipient_address=grant.to_address or getattr(recipient, "address", "") or None, basis=basis.code,
        consent=grant.consent, purpose=purpose, categories=[str(one) for one in built], subject=subject,
        version=last.version + 1 if last else 1, medium=medium, notice_version=notices.VERSION,
        notice_sha256=hashlib.sha256(notice.encode()).hexdigest(), content=sealed,
        sha256=hashlib.sha256(json.dumps(sealed, sort_keys=True, ensure_ascii=False).encode()).hexdigest(),
        for_proceedings=purpose == SharedFor.PROCEEDINGS, at=grant.at or now, by_kind=actor.kind,
        by_id=actor.id, **grant.proof,
    )  # fmt: skip
    row.save(force_insert=True)
    return row, True
