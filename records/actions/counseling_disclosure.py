"""The only way out for a counseling note: its own consent, or an order that names it (42 CFR 2.31(b), 2.61).

The door is asked without any section of the chart, and its accounting row holds ids and a hash. The words are
opened here, after the door has said yes, and are stored nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from config.errors import Refused
from records.actions.counseling import fingerprint_of
from records.disclose import Packet, disclose, refusals_recorded
from records.door.counseling import NotesConsent, NotesOrder, Way
from records.models.counseling import CounselingNote
from records.queries.counseling import addenda_of, notes_for


@dataclass(frozen=True)
class CounselingPages:
    """The words of one signed note with its addenda, for the receiver alone."""

    signed_at: datetime
    author: str
    text: str
    added: tuple[tuple[datetime, str, str], ...]


def disclose_note(*, note: CounselingNote, way: Way, medium: str, by: Any) -> tuple[Packet, CounselingPages]:
    """Return the packet of the door (notice, consent) and the words. Raises Refused, NotPermitted.

    `by` is the author. What `way` says is not believed: the door looks at the consent or the order again.
    """
    code = NotesOrder.code if way.by_order else NotesConsent.code
    recorded = refusals_recorded(by=by, person=note.person, basis=code, recipient=way.recipient)
    with recorded, transaction.atomic():
        signed = notes_for(by).filter(pk=note.pk, author=by, signed_at__isnull=False).first()
        if signed is None or signed.signed_at is None:
            raise Refused("not_signed", "Only a signed note of yours can be shared.")
        added = list(addenda_of(signed))
        reference = (
            ("Signed note", str(signed.pk)),
            ("Additions", str(len(added))),
            ("Fingerprint of what is stored", fingerprint_of(signed)),
        )
        basis = (
            NotesOrder(way.order_id, way.mandate_id, reference) if way.by_order else NotesConsent(reference)
        )
        packet = disclose(
            person=signed.person, recipient=way.recipient, basis=basis, purpose=way.purpose, sections={},
            medium=medium, by=by, subject=f"counseling:{signed.pk}",
        )  # fmt: skip
        return packet, CounselingPages(
            signed_at=signed.signed_at,
            author=str(signed.author),
            text=signed.text,
            added=tuple((one.added_at, str(one.author), one.text) for one in added),
        )
