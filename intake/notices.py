"""What staff are told about contact requests: that something waits, never about whom or why."""

from datetime import datetime

from django.conf import settings

from audit.actors import Actor
from intake.actions.contact_requests import close_cancelled
from intake.choices_contact import OPEN_STATUSES, AmendmentKind, RequestKind, Suspicion
from intake.models import ContactAmendment, ContactRequest
from outbox import handlers, sweeps
from outbox.actions import send
from outbox.mail import Email
from outbox.models import Message


def _email(to: str, subject: str, first_line: str) -> Email:
    """Build a mail to one of our mailboxes. Raises LookupError when the settings name none."""
    if not to:
        raise LookupError("no mailbox is set")
    return Email(to, subject, f"{first_line}\n\nSign in: {settings.BASE_URL}/staff/requests/\n")


def request_received(message: Message) -> Email | None:
    """Tell admissions that a request waits; what a machine filled in is only listed."""
    request = ContactRequest.objects.get(pk=message.ids["request"])
    if request.suspicion == Suspicion.TRAP:
        return None
    return _email(settings.ADMISSIONS_MAILBOX, "A new request is waiting", "A new request is waiting.")


def request_urgent(message: Message) -> Email:
    """Page who is on call, day or night."""
    return _email(settings.ON_CALL_MAILBOX, "Call now", "A request needs a call now.")


def request_amended(message: Message) -> Email | None:
    """Close what its sender cancelled. Repeating it changes nothing."""
    request_id = message.ids["request"]
    if ContactAmendment.objects.filter(request=request_id, kind=AmendmentKind.CANCEL).exists():
        close_cancelled(by=Actor.system(), request_id=request_id)
    return None


def request_overdue(message: Message) -> Email:
    """Tell admissions that a promised call is late."""
    return _email(settings.ADMISSIONS_MAILBOX, "A call is overdue", "A promised call is overdue.")


def remind_overdue(now: datetime) -> None:
    """Write one reminder for each promise that has just been missed."""
    late = ContactRequest.objects.filter(
        kind=RequestKind.CALL,
        status__in=OPEN_STATUSES,
        urgent=False,
        next_call_at__lt=now,
    ).exclude(suspicion=Suspicion.TRAP)
    for request_id, call_by in late.values_list("id", "next_call_at"):
        send(
            "intake.request_overdue",
            key=f"intake.request_overdue {request_id} {call_by.isoformat()}",
            ids={"request": request_id},
        )


handlers.register("intake.request_received", request_received)
handlers.register("intake.request_urgent", request_urgent)
handlers.register("intake.request_amended", request_amended)
handlers.register("intake.request_overdue", request_overdue)
sweeps.register(remind_overdue)
