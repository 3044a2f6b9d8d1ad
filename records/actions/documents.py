"""Storing files about a person."""

import hashlib
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from audit.actions import record
from config.errors import Refused
from outbox.submit import once
from records.choices import DocumentKind
from records.files import check_file
from records.models import Document, Person
from records.models.document import MAX_BYTES


def store(
    *, person: Person, by: Any, upload: UploadedFile, kind: str, submit_key: UUID | None = None
) -> Document:
    """Store an uploaded PDF, JPEG or PNG of at most 10 MB, encrypted under the person's key.

    The type is judged by content; pictures are drawn anew, which drops what hides in them. The file's name is
    not kept. Raises Refused, and AlreadyDone when this submit was done before.
    """
    if kind not in DocumentKind.values:
        raise Refused("kind", "Select what this file is", field="kind")
    checked = check_file(upload.read(MAX_BYTES + 1))
    with transaction.atomic():
        key = once(submit_key, scope="document.store", by=by) if submit_key else None
        document = Document(
            person=person,
            data_key=person.data_key,
            kind=kind,
            media_type=checked.media_type,
            size=len(checked.content),
            content=checked.content,
            sha256=hashlib.sha256(checked.content).hexdigest(),
            uploaded_by=getattr(by, "pk", None) or by.id,
        )
        document.save(force_insert=True)
        record(
            "document.stored", by=by, obj=document, person=person, kind=str(kind), size=document.size,
            media_type=document.media_type,
        )  # fmt: skip
        if key:
            key.done(reverse("records:document-list", args=[person.pk]))
    return document
