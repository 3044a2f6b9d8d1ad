"""Links that let somebody in once: to choose a password, or to set up a new second factor."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts import hooks
from accounts.actions.notices import tell
from accounts.actions.sessions import drop_sessions
from accounts.choices import LinkKind, Told
from accounts.models import AccountLink, User
from accounts.passwords import why_not
from audit.actions import record
from config import clock
from config.errors import Conflict, Refused

GOOD_FOR = timedelta(hours=1)
GONE = "This link does not work any more. Ask your administrator for a new one."


def hash_of(token: str) -> bytes:
    """Return what is stored of a token. It has 256 random bits, so that no key is needed."""
    return hashlib.sha256(token.encode()).digest()


@transaction.atomic
def make_link(*, user: User, kind: LinkKind) -> str:
    """Make a link and return its token, which is stored nowhere; an earlier link of the user ends."""
    now = clock.real_now()
    AccountLink.objects.filter(user=user, ended_at=None).update(ended_at=now)
    token = secrets.token_urlsafe(32)
    link = AccountLink.objects.create(
        user=user, kind=kind, token_hash=hash_of(token), made_at=now, expires_at=now + GOOD_FOR
    )
    for hear in hooks.after_link_made:
        hear(link_id=link.pk, user_id=user.pk, token=token)
    return token


def _take(token: str, *kinds: LinkKind) -> AccountLink:
    """Lock a live link and end it. Raises Conflict when there is none, whatever the cause."""
    now = clock.real_now()
    link = (
        AccountLink.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(token_hash=hash_of(token), kind__in=kinds, ended_at=None, expires_at__gt=now)
        .filter(user__is_active=True)
        .first()
    )
    if link is None:
        raise Conflict(GONE)
    link.ended_at = now
    link.save(update_fields=["ended_at"])
    return link


@transaction.atomic
def choose_password(*, token: str, password: str) -> User:
    """Set the password by an invitation or a recovery, end the link and all sessions; factors stay.

    Raises Refused for a weak password (the link still works) and Conflict when the link is gone.
    """
    link = _take(token, LinkKind.INVITE, LinkKind.PASSWORD)
    user = link.user
    wrong = why_not(password, user)
    if wrong:
        raise Refused("password", wrong, field="password")
    user.password = make_password(password)
    user.save(update_fields=["password"])
    drop_sessions(user)
    record("account.password_chosen", by=user, obj=user, kind=link.kind)
    if link.kind == LinkKind.PASSWORD:
        tell(user=user, kind=Told.PASSWORD)
    return user


def drop_factors(*, token: str, password: str) -> User:
    """Remove the lost factors of the link's user, who gives the password; all sessions end.

    Raises Refused for a wrong password (the link still works) and Conflict when the link is gone.
    """
    try:
        with transaction.atomic():
            return _drop_factors(token, password)
    except Refused:
        link = AccountLink.objects.select_related("user").filter(token_hash=hash_of(token)).first()
        if link is not None:
            record("account.confirm_failed", by=link.user, obj=link.user, method="link")
        raise


def _drop_factors(token: str, password: str) -> User:
    link = _take(token, LinkKind.FACTOR)
    user = link.user
    if not user.check_password(password):
        raise Refused("password", "That is not your password. Type it again", field="password")
    Authenticator.objects.filter(user=user).delete()
    drop_sessions(user)
    record("account.factors_dropped", by=user, obj=user)
    tell(user=user, kind=Told.FACTOR_REMOVED)
    return user


def live_link(token: str) -> Any:
    """Return the live link of a token, or None: for showing its page, which changes nothing."""
    return (
        AccountLink.objects.select_related("user")
        .filter(token_hash=hash_of(token), ended_at=None, expires_at__gt=clock.real_now())
        .filter(user__is_active=True)
        .first()
    )
