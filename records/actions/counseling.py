"""Writing, signing, co-signing and adding to counseling notes.

Events name the note and never the person, so that a person's trail does not tell that notes exist.
"""

import hashlib
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from config import clock
from config.errors import Conflict, Refused
from outbox.submit import once
from records.models import Person
from records.models.counseling import CounselingAddendum, CounselingNote
from records.models.data_key import CounselingKey
from records.queries.counseling import notes_for, possible_cosigners
from records.queries.people import people_for

_CHANGED = "This note was saved in another tab or window since you opened it. Your text is kept below."
_SIGNED = "This note is signed and can't be changed. Add to it instead."


@transaction.atomic
def start_note(*, person: Person, text: str, by: Any, submit_key: UUID | None = None) -> CounselingNote:
    """Keep a first draft under a key of its own. Raises Refused, AlreadyDone."""
    key = once(submit_key, scope="counseling_note.start", by=by) if submit_key else None
    if not by.has_perm("records.counseling_notes") or not people_for(by).filter(pk=person.pk).exists():
        raise Refused("not_yours", "Only a clinician who may open this record writes counseling notes.")
    data_key = CounselingKey.make()
    data_key.save(force_insert=True)
    note = CounselingNote(data_key=data_key, person=person, author=by, text=text, saved_at=clock.now())
    note.save(force_insert=True)
    record("counseling_note.started", by=by, obj=note)
    if key:
        key.done(f"/staff/counseling-notes/{note.pk}/")
    return note


def _mine(note: CounselingNote, by: Any, *, version: int) -> CounselingNote:
    """Lock a draft of the author's that nobody changed meanwhile."""
    locked = CounselingNote.objects.select_for_update(of=("self",)).filter(pk=note.pk, author=by).first()
    if locked is None or not notes_for(by).filter(pk=note.pk).exists():
        raise Refused("not_yours", "Only its author changes a counseling note.")
    if locked.signed_at is not None:
        raise Conflict(_SIGNED)
    if locked.version != version:
        raise Conflict(_CHANGED)
    return locked


@transaction.atomic
def save_note(*, note: CounselingNote, text: str, version: int, by: Any) -> CounselingNote:
    """Save a draft. `version` is what the page was opened with. Raises Conflict when it was saved since."""
    locked = _mine(note, by, version=version)
    locked.text, locked.version, locked.saved_at = text, version + 1, clock.now()
    locked.save(update_fields=["text", "version", "saved_at"])
    record("counseling_note.saved", by=by, obj=locked, version=locked.version)
    return locked


@transaction.atomic
def sign_note(
    *, note: CounselingNote, text: str, version: int, cosigner: Any = None, by: Any
) -> CounselingNote:
    """Save and sign: from now on nothing changes it. The event keeps a hash of the stored bytes.

    Raises Conflict as `save_note`, and Refused for a co-signer who is no clinician here.
    """
    locked = _mine(note, by, version=version)
    if not text.strip():
        raise Refused("empty", "Write the note before you sign it.", field="text")
    if cosigner is not None and not possible_cosigners(by, locked.person).filter(pk=cosigner.pk).exists():
        raise Refused("cosigner", "Choose another clinician.", field="cosigner")
    now = clock.now()
    locked.text, locked.version, locked.saved_at = text, version + 1, now
    locked.signed_at, locked.cosigner = now, cosigner
    locked.save(update_fields=["text", "version", "saved_at", "signed_at", "cosigner"])
    record(
        "counseling_note.signed", by=by, obj=locked, sha256=fingerprint_of(locked),
        cosigner=cosigner.pk if cosigner else None,
    )  # fmt: skip
    return locked


@transaction.atomic
def cosign_note(*, note: CounselingNote, by: Any) -> CounselingNote:
    """Co-sign, by the clinician whom the author named; a second press changes nothing. Raises Refused."""
    locked = CounselingNote.objects.select_for_update(of=("self",)).filter(pk=note.pk, cosigner=by).first()
    if locked is None or not notes_for(by).filter(pk=note.pk).exists():
        raise Refused("not_yours", "Only the clinician whom the author named co-signs.")
    if locked.cosigned_at is None:
        locked.cosigned_at = clock.now()
        locked.save(update_fields=["cosigned_at"])
        record("counseling_note.cosigned", by=by, obj=locked)
    return locked


@transaction.atomic
def add_to_note(
    *, note: CounselingNote, text: str, by: Any, submit_key: UUID | None = None
) -> CounselingAddendum:
    """Add to a signed note. Raises Refused, AlreadyDone."""
    key = once(submit_key, scope="counseling_note.add", by=by) if submit_key else None
    signed = notes_for(by).filter(pk=note.pk, signed_at__isnull=False).first()
    if signed is None:
        raise Refused("not_signed", "Only a signed note is added to. Change the draft instead.")
    addendum = CounselingAddendum(data_key=signed.data_key, note=signed, author=by, text=text)
    addendum.save(force_insert=True)
    record("counseling_note.added_to", by=by, obj=signed, addendum=addendum.pk)
    if key:
        key.done(f"/staff/counseling-notes/{signed.pk}/")
    return addendum


def fingerprint_of(note: CounselingNote) -> str:
    """Return SHA-256 of the stored, encrypted text: it shows a change and reveals nothing."""
    sealed = CounselingNote.objects.values_list("text", flat=True).get(pk=note.pk)
    return hashlib.sha256(sealed.data).hexdigest()
