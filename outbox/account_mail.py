"""Mail to staff about their own accounts: that something changed, or a link that works once. Never what."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from accounts import hooks
from accounts.models import AccountLink, AccountNotice, User
from config import clock
from outbox import handlers
from outbox.actions import secret_of, send
from outbox.mail import Email
from outbox.models import Message


def write_told(*, user_id: UUID, notice_id: UUID) -> None:
    """Write the message that something about an account changed."""
    to = User.objects.values_list("email", flat=True).get(pk=user_id)
    send("accounts.told", to=to, key=f"accounts.told {notice_id}", ids={"notice": notice_id})


def write_link(*, link_id: UUID, user_id: UUID, token: str) -> None:
    """Write the message with a link; the token is sealed and forgotten once the mail has left."""
    to = User.objects.values_list("email", flat=True).get(pk=user_id)
    send("accounts.link", to=to, key=f"accounts.link {link_id}", ids={"link": link_id}, secret=token)


def told(message: Message) -> Email | None:
    """Say that something changed, unless it was read meanwhile."""
    if not AccountNotice.objects.filter(pk=message.ids["notice"], seen_at=None).exists():
        return None
    body = (
        "Something about your account changed.\n\n"
        "If it was you, there is nothing to do. If not, sign in, look at your account, "
        "and call your administrator.\n\n"
        f"Sign in: {settings.BASE_URL}{reverse('account_home')}\n"
    )
    return Email(message.to, "Your account changed", body)


def link(message: Message) -> Email | None:
    """Send a link that still works."""
    live: Any = AccountLink.objects.filter(
        pk=message.ids["link"], ended_at=None, expires_at__gt=clock.real_now()
    )
    if not live.exists():
        return None
    address = settings.BASE_URL + reverse("account_link", args=[secret_of(message)])
    body = (
        "Here is your link. It works once, for an hour. Don't pass it on.\n\n"
        f"{address}\n\n"
        "If you did not expect it, leave it alone and tell your administrator.\n"
    )
    return Email(message.to, "Your link", body)


handlers.register("accounts.told", told)
handlers.register("accounts.link", link)
hooks.after_told.append(write_told)
hooks.after_link_made.append(write_link)
