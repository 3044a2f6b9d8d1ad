"""Scoped reads of documents."""

from typing import Any

from django.db.models import QuerySet

from records.models import Document
from records.queries.people import people_for


def documents_for(user: Any) -> QuerySet[Document]:
    """Return the documents `user` may open, newest first, without their content."""
    documents = Document.objects.select_related("data_key", "person__data_key").defer("content")
    if not user.has_perm("records.document_read"):
        return documents.none()
    return documents.filter(person__in=people_for(user)).order_by("-uploaded_at", "id")
