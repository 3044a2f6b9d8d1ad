"""Scoped reads of the outbox: what could not be delivered, for those who may look after it."""

from typing import Any

from django.db.models import QuerySet

from outbox.choices import MessageStatus
from outbox.models import Message


def failed_messages_for(user: Any) -> QuerySet[Message]:
    """The messages that were given up, newest first; none for who may not try them again."""
    if not user.has_perm("desk.messages_handle"):
        return Message.objects.none()
    return Message.objects.filter(status=MessageStatus.FAILED).order_by("-created_at", "id")
