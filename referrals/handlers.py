"""The e-mails of the referral loop: that something waits and where, never what or about whom."""

from django.conf import settings
from django.urls import reverse

from config import clock
from outbox.actions import secret_of
from outbox.mail import Email
from outbox.models import Message
from referrals.models import PartnerLink

_LINK = """Here is a message for your intake team.

Open it here:
{address}

You will need a code. We read it to you by phone.
No personal information is in this e-mail.

{center}, {phone}
"""
_ENDED = """A message that we sent you is no longer current. You need to do nothing.

Questions? {center}, {phone}
"""


def link_sent(message: Message) -> Email | None:
    """Build the mail that carries a link; nothing when the link died before it left."""
    link = PartnerLink.objects.filter(pk=message.ids["link"]).first()
    if link is None or not link.is_alive(clock.now()):
        return None
    address = settings.BASE_URL + reverse("partner:landing", args=[secret_of(message)])
    return Email(message.to, "New message for your intake team", _filled(_LINK, address=address))


def offer_ended(message: Message) -> Email:
    """Build the mail that says an earlier message is no longer current."""
    return Email(message.to, "A message is no longer current", _filled(_ENDED))


def _filled(body: str, **values: str) -> str:
    return body.format(center=settings.CENTER_NAME, phone=settings.CENTER_PHONE, **values)
