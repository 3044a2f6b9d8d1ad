"""Storing files about a person."""

import contextlib
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Sum
from django.urls import reverse

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.crypto import CannotOpen
from config.errors import Refused
from outbox.submit import once
from records.actions.reviews import open_review
from records.choices import DocumentKind, ReviewKind
from records.files import check_file
from records.models import Document, Person, Review
from records.models.document import MAX_BYTES

_QUOTA_LOCK = 3600_1


def store(
    *, person: Person, by: Any, upload: UploadedFile, kind: str, submit_key: UUID | None = None
) -> Document:
    """Store an uploaded PDF, JPEG or PNG of at most 10 MB, encrypted under the person's key.

    The type is judged by content; the file is written anew, which drops what hides in it. The file's name is
    not kept. Raises Refused, and AlreadyDone when this submit was done before.
    """
    if kind not in DocumentKind.values:
        raise Refused("kind", "Select what this file is", field="kind")
    checked = check_file(upload.read(MAX_BYTES + 1))
    uploader = getattr(by, "pk", None) or by.id
    with transaction.atomic():
        key = once(submit_key, scope="document.store", by=by) if submit_key else None
        _within_quota(uploader, len(checked.content))
        document = Document(
            person=person,
            data_key=person.data_key,
            kind=kind,
            media_type=checked.media_type,
            size=len(checked.content),
            content=checked.content,
            sha256=hashlib.sha256(checked.content).hexdigest(),
            uploaded_by=uploader,
        )
        document.save(force_insert=True)
        record(
            "document.stored", by=by, obj=document, person=person, kind=str(kind), size=document.size,
            media_type=document.media_type,
        )  # fmt: skip
        if key:
            key.done(reverse("records:document-list", args=[person.pk]))
    return document


def _within_quota(uploader: UUID, size: int) -> None:
    """Raise Refused when one person or partner would store too much in a day; asked one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_QUOTA_LOCK, str(uploader)])
    since = clock.now() - timedelta(days=1)
    stored = Document.objects.filter(uploaded_by=uploader, uploaded_at__gt=since).aggregate(all=Sum("size"))
    if (stored["all"] or 0) + size > settings.UPLOAD_MEGABYTES_PER_DAY * 1024 * 1024:
        words = "You have stored a lot of files today. Ask a supervisor, or go on tomorrow"
        raise Refused("file_quota", words, field="file")


def opened(*, document: Document, by: Any) -> bytes:
    """Return a stored file's content if it is what was stored, byte for byte.

    Raises Refused("file_altered") when it is not, and puts that on the review list once.
    """
    with contextlib.suppress(CannotOpen):
        content = document.content
        if hmac.compare_digest(hashlib.sha256(content).hexdigest(), document.sha256):
            return content
    with transaction.atomic():
        Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        record("document.altered", by=by, obj=document, person=document.person_id)
        known = Review.objects.filter(
            kind=ReviewKind.TRAIL_ALERT, object_id=document.pk, closed_at__isnull=True
        )
        if not known.exists():
            open_review(kind=ReviewKind.TRAIL_ALERT, by=Actor.system(), person=document.person, obj=document)
    raise Refused("file_altered", "This file is not what was stored. It was not opened, and this is reported")
