"""Reads of accounts: one's own, and those of colleagues for who may see them."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import AccountChange, AccountLink, AccountNotice, Recovery, User
from accounts.sessions import browser_words
from config import clock

NOTICES_SHOWN = 20


def staff_for(user: User) -> QuerySet[User]:
    """Return the accounts that `user` may see: all of them, or none."""
    return User.objects.all() if user.has_perm("accounts.staff_read") else User.objects.none()


def staff_list_for(user: User) -> QuerySet[User]:
    """Return accounts for a list: active ones first, by name, with what is missing or under way."""
    strong = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type="recovery_codes")
    return (
        staff_for(user)
        .annotate(
            has_factor=Exists(strong),
            has_recovery=Exists(Recovery.objects.filter(user=OuterRef("pk"), ended_at=None)),
        )
        .order_by("-is_active", "display_name", "pk")
    )


def changes_of(account: User) -> QuerySet[AccountChange]:
    """Return what was done to an account, newest first."""
    return account.changes.select_related("by").order_by("-at")


def open_recovery_of(account: User) -> Recovery | None:
    """Return the recovery that is under way, if any."""
    return account.recoveries.select_related("started_by").filter(ended_at=None).first()


def live_link_of(account: User) -> AccountLink | None:
    """Return the link that still works, if any."""
    return account.account_links.filter(ended_at=None, expires_at__gt=clock.real_now()).first()


def sessions_of(account: User, here: str | None = None) -> list[dict[str, Any]]:
    """Return the live sessions of an account in plain words, the one with the key `here` first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.real_now())
    rows = UserSession.objects.filter(Exists(alive), user=account).order_by("-last_seen_at")
    found = [
        {
            "id": row.pk,
            "browser": browser_words(row.user_agent),
            "address": row.ip,
            "started": row.created_at,
            "seen": row.last_seen_at,
            "here": row.session_key == here,
        }
        for row in rows
    ]
    return sorted(found, key=lambda row: not row["here"])


def notices_of(user: User) -> QuerySet[AccountNotice]:
    """Return the last things that a user was told about their account, newest first."""
    return user.account_notices.order_by("-at")[:NOTICES_SHOWN]
