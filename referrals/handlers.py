"""The e-mails of the referral loop: that something waits and where, never what or about whom."""

from django.conf import settings
from django.urls import reverse

from config import clock
from outbox.actions import secret_of
from outbox.mail import Email
from outbox.models import Message
from referrals.models import PartnerLink
from referrals.rules.links import spoken

_LINK = """Here is a message for your intake team.

Open it here:
{address}

You will need a code. {code}
No personal information is in this e-mail.

{center}, {phone}
"""
_CODE_SPOKEN, _CODE_MAILED = "We read it to you by phone.", "We sent it to another address of your facility."
_CODE = """Code: {code}

It opens a message that we sent to another address of your facility. Give it to whoever has that message.
No personal information is in this e-mail.

{center}, {phone}
"""
_NEWS = """Something new waits for your intake team.

Open it with the link and the code that you have. No link any more? Call us.
No personal information is in this e-mail.

{center}, {phone}
"""
_NEWER = """There is a newer version of what we sent to your intake team.

Open it with the link and the code that you have. No link any more? Call us.
No personal information is in this e-mail.

{center}, {phone}
"""
_STAFF = """{first}

Sign in: {address}
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
    code = _CODE_MAILED if link.code_contact_id else _CODE_SPOKEN
    return Email(message.to, "New message for your intake team", _filled(_LINK, address=address, code=code))


def code_sent(message: Message) -> Email | None:
    """Build the mail that holds a code and nothing else; nothing when link or contact ended meanwhile."""
    link = PartnerLink.objects.select_related("code_contact").filter(pk=message.ids["link"]).first()
    if link is None or not link.is_alive(clock.now()):
        return None
    if link.code_contact is None or link.code_contact.ended_at is not None:
        return None
    return Email(message.to, "Code for your intake team", _filled(_CODE, code=spoken(secret_of(message))))


def partner_news(message: Message) -> Email | None:
    """Build the mail that says that something new waits; nothing when no link is alive to read it with."""
    if not _has_link(message):
        return None
    return Email(message.to, "Something new for your intake team", _filled(_NEWS))


def newer_packet(message: Message) -> Email | None:
    """Build the mail that says that there is a newer version; nothing when no link is alive to open it."""
    if not _has_link(message):
        return None
    return Email(message.to, "A newer version for your intake team", _filled(_NEWER))


def _has_link(message: Message) -> bool:
    links = PartnerLink.objects.filter(offer=message.ids["offer"], revoked_at=None)
    return any(link.is_alive(clock.now()) for link in links)


def partner_answered(message: Message) -> Email:
    """Tell whoever has the referral that something waits on their list."""
    return _to_staff(message, "Something waits for you", "Something that you sent has moved. Open Today.")


def overdue(message: Message) -> Email:
    """Tell a supervisor that something was due and is not done."""
    return _to_staff(message, "Something is overdue", "Something is overdue. Open Today.")


def _to_staff(message: Message, subject: str, first: str) -> Email:
    address = f"{settings.BASE_URL}/staff/"
    return Email(message.to, subject, _STAFF.format(first=first, address=address))


def offer_ended(message: Message) -> Email:
    """Build the mail that says an earlier message is no longer current."""
    return Email(message.to, "A message is no longer current", _filled(_ENDED))


def _filled(body: str, **values: str) -> str:
    return body.format(center=settings.CENTER_NAME, phone=settings.CENTER_PHONE, **values)
