"""The only way out for a counseling note: a consent of its own kind that names the receiver (42 CFR 2.31(b)).

The door is asked without any section of the chart, and its accounting row holds ids and a hash. The words are
opened here, after the door has said yes, and are stored nowhere else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction

from config.errors import Refused
from records.actions.counseling import fingerprint_of
from records.choices import ConsentKind
from records.disclose import NotPermitted, Packet, disclose, refusals_recorded
from records.door.consent import copy_of
from records.door.grant import COUNSELING_NOTES, Content, Grant
from records.models import Person, Recipient
from records.models.counseling import CounselingNote
from records.queries import consent_for
from records.queries.counseling import addenda_of, notes_for


@dataclass(frozen=True)
class CounselingPages:
    """The words of one signed note with its addenda, for the receiver alone."""

    signed_at: datetime
    author: str
    text: str
    added: tuple[tuple[datetime, str, str], ...]


@dataclass(frozen=True)
class NotesConsent:
    """A consent for counseling notes, and nothing else, checked now."""

    reference: dict[str, Any]
    code = "consent"
    from_chart = False

    def grant(
        self,
        *,
        person: Person,
        recipient: Recipient | None,
        purpose: str,
        categories: Collection[str],
        now: datetime,
        by: Any,
        medium: str,
    ) -> Grant:
        """Return the ids and the hash that the accounting keeps. Raises NotPermitted."""
        if recipient is None:
            raise NotPermitted("recipient_not_named", "A consent names its receiver. Choose a recipient.")
        wanted = frozenset({COUNSELING_NOTES})
        consent, decision = consent_for(person, recipient, purpose, wanted, now)
        if consent is None:
            raise NotPermitted(decision.code, decision.sentence)
        if consent.kind != ConsentKind.COUNSELING_NOTES or set(consent.categories) != wanted:
            raise NotPermitted(
                "counseling_consent",
                "Counseling notes leave only with a consent for counseling notes that names this recipient.",
            )
        facts = cast(Content, {COUNSELING_NOTES: self.reference})
        return Grant(wanted, consent, copy_of(consent), facts=facts)


def disclose_note(
    *, note: CounselingNote, recipient: Recipient, purpose: str, medium: str, by: Any
) -> tuple[Packet, CounselingPages]:
    """Return the packet of the door (notice, consent) and the words. Raises Refused, NotPermitted.

    `by` is the author or the co-signer; nobody else can open the words.
    """
    recorded = refusals_recorded(by=by, person=note.person, basis=NotesConsent.code, recipient=recipient)
    with recorded, transaction.atomic():
        signed = notes_for(by).filter(pk=note.pk, signed_at__isnull=False).first()
        if signed is None or signed.signed_at is None:
            raise Refused("not_signed", "Only a signed note of yours can be shared.")
        added = list(addenda_of(signed))
        reference = {
            "note": str(signed.pk), "addenda": [str(one.pk) for one in added],
            "sha256": fingerprint_of(signed),
        }  # fmt: skip
        packet = disclose(
            person=signed.person, recipient=recipient, basis=NotesConsent(reference), purpose=purpose,
            sections={}, medium=medium, by=by, subject=f"counseling:{signed.pk}",
        )  # fmt: skip
        return packet, CounselingPages(
            signed_at=signed.signed_at,
            author=str(signed.author),
            text=signed.text,
            added=tuple((one.added_at, str(one.author), one.text) for one in added),
        )
