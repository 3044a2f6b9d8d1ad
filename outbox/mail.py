"""E-mail: to a folder in demo mode, by SMTP otherwise. Says that something waits, not what or whom."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage


@dataclass(frozen=True)
class Email:
    """One mail in plain text."""

    to: str
    subject: str
    body: str


def deliver(email: Email, message_id: UUID) -> None:
    """Send one mail. Its Message-ID comes from the outbox row, so that a repeat is recognisable.

    In demo mode the mail becomes a file named by the outbox row: a repeat overwrites itself.
    """
    letter = EmailMessage(
        subject=email.subject,
        body=email.body,
        to=[email.to],
        headers={"Message-ID": f"<{message_id}@clearway>", "Auto-Submitted": "auto-generated"},
    )
    if settings.DEMO:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = folder / f".{message_id}.part"
        unfinished.write_bytes(letter.message().as_bytes())
        unfinished.replace(folder / f"{message_id}.eml")
        return
    letter.send()
