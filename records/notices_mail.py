"""Mail to the privacy officer: that something waits, never what or about whom."""

from django.conf import settings

from outbox.mail import Email
from outbox.models import Message


def incident_opened(message: Message) -> Email:
    """Say that the register has a new entry."""
    return _email("A new entry waits for you")


def incident_due(message: Message) -> Email:
    """Say that a report has a day by which it has to be made."""
    return _email("A report is due soon")


def complaint_received(message: Message) -> Email:
    """Say that somebody wrote to the privacy officer."""
    return _email("Something was sent to you")


def _email(subject: str) -> Email:
    if not settings.PRIVACY_MAILBOX:
        raise LookupError("no mailbox is set")
    return Email(
        to=settings.PRIVACY_MAILBOX,
        subject=subject,
        body=f"{subject}.\n\nSign in to see it: {settings.BASE_URL}/staff/privacy/\n",
    )
