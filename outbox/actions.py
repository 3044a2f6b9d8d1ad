"""Writing messages, handing them over, delivering them: the only writers of the outbox."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from audit.actions import record
from config import clock
from config.crypto import open_secret, seal_secret
from outbox.choices import MessageStatus
from outbox.handlers import handler_of
from outbox.mail import deliver as deliver_mail
from outbox.models import Message

log = logging.getLogger("clearway.outbox")

LEASE = timedelta(seconds=90)
GIVE_UP_AFTER = 12


def send(
    kind: str, *, key: str, ids: dict[str, Any] | None = None, to: str = "", secret: str = ""
) -> Message:
    """Write a message in the caller's transaction; it leaves when, and only when, that commits.

    `key` makes it unique: writing the same key again returns the first message. `ids` holds ids and
    codes. `secret` is sealed; the handler reads it with `secret_of`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a message is written inside the action's transaction")
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in (ids or {}).items()}
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to": to,
            "ids": plain,
            "sealed_secret": with_secret(key, secret) if secret else None,
        },
    )
    return message


def with_secret(key: str, secret: str) -> bytes:
    """Return the secret of the message with this key, sealed under the ring's primary key."""
    return seal_secret(secret.encode(), f"outbox {key}")


def secret_of(message: Message) -> str:
    """Return the message's secret. Raises CannotOpen."""
    return open_secret(bytes(message.sealed_secret or b""), f"outbox {message.key}").decode()


def cancel(*, kinds: tuple[str, ...], ids: dict[str, Any]) -> int:
    """Cancel waiting messages of `kinds` whose ids contain `ids`; return how many there were.

    One that is being delivered at this moment is left alone, so that nobody waits for a mail server:
    handlers check again whether what they announce still stands.
    """
    plain = {name: str(value) if isinstance(value, UUID) else value for name, value in ids.items()}
    with transaction.atomic():
        waiting = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(kind__in=kinds, status=MessageStatus.WAITING, ids__contains=plain)
            .values_list("id", flat=True)
        )
        cancelled = Message.objects.filter(id__in=waiting)
        return cancelled.update(status=MessageStatus.CANCELLED, sealed_secret=None)


def hand_over(push: Callable[[str], Any], limit: int = 100) -> int:
    """Lease what is due and `push` each id to the broker; return how many were handed over.

    A lease that runs out makes the message due again, so that a broker or worker that loses it loses
    nothing. When `push` raises, the leases of this batch end at once and the error goes to the caller.
    """
    now = clock.real_now()
    with transaction.atomic():
        due = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
            .filter(status=MessageStatus.WAITING, available_at__lte=now)
            .order_by("available_at", "id")
            .values_list("id", flat=True)[:limit]
        )
        Message.objects.filter(id__in=due).update(leased_until=now + LEASE)
    pushed = 0
    try:
        for message_id in due:
            push(str(message_id))
            pushed += 1
    finally:
        if pushed < len(due):
            Message.objects.filter(id__in=due[pushed:], status=MessageStatus.WAITING).update(
                leased_until=None
            )
    return pushed


def deliver(message_id: UUID) -> bool:
    """Deliver one message under its row lock; return whether this call did it.

    A second delivery of the same message waits for the first and finds it done. A handler that raises
    leaves the message waiting with a longer pause each time, and after GIVE_UP_AFTER tries as failed.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update().filter(pk=message_id, status=MessageStatus.WAITING).first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                email = handler_of(message.kind)(message)
                if email is not None:
                    deliver_mail(email, message.id)
        except Exception as error:  # noqa: BLE001 - any failure of a handler is kept on the row and retried
            _keep_failure(message, type(error).__name__)
            return False
        message.status = MessageStatus.DELIVERED
        message.delivered_at = clock.now()
        message.leased_until = None
        message.sealed_secret = None
        message.save(update_fields=["status", "delivered_at", "leased_until", "sealed_secret"])
        return True


def _keep_failure(message: Message, error: str) -> None:
    """Note the kind of failure (never its text) and when to try again."""
    message.attempts += 1
    message.last_error = error[:80]
    message.leased_until = None
    message.available_at = clock.real_now() + timedelta(seconds=min(3600, 5 * 2**message.attempts))
    if message.attempts >= GIVE_UP_AFTER:
        message.status = MessageStatus.FAILED
    message.save(update_fields=["attempts", "last_error", "leased_until", "available_at", "status"])
    log.warning("message %s of kind %s failed: %s", message.id, message.kind, error)


@transaction.atomic
def try_again(*, message: Message, by: Any) -> None:
    """Put a failed message back in line, at a staff member's word; one that is in line already stays."""
    failed = Message.objects.filter(pk=message.pk, status=MessageStatus.FAILED)
    if failed.update(status=MessageStatus.WAITING, attempts=0, available_at=clock.real_now()):
        record("message.retried", by=by, obj=message)
