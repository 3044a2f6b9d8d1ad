"""Telling somebody that something about their own account changed: in the product, and by neutral mail."""

from django.db import transaction
from django.db.models import F

from accounts import hooks
from accounts.choices import Told
from accounts.models import AccountNotice, User
from audit.actions import record
from config import clock


@transaction.atomic
def tell(*, user: User, kind: Told, browser: str = "", address: str | None = None) -> AccountNotice:
    """Leave a notice for `user`; the mail says only that something changed, never what or where."""
    notice = AccountNotice.objects.create(user=user, kind=kind, browser=browser, address=address)
    User.objects.filter(pk=user.pk).update(unseen_notices=F("unseen_notices") + 1)
    for hear in hooks.after_told:
        hear(user_id=user.pk, notice_id=notice.pk)
    return notice


@transaction.atomic
def mark_seen(*, by: User) -> None:
    """Note that somebody has read their notices."""
    unseen = AccountNotice.objects.filter(user=by, seen_at=None).update(seen_at=clock.now())
    User.objects.filter(pk=by.pk).update(unseen_notices=0)
    if unseen:
        record("account.notices_seen", by=by, obj=by, count=unseen)


@transaction.atomic
def factor_changed(*, by: User, event: str, kind: Told) -> None:
    """Record a change of the ways in which `by` signs in, and tell them."""
    record(event, by=by, obj=by)
    tell(user=by, kind=kind)
