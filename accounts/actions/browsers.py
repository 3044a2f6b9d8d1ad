"""Noticing a browser from which somebody did not sign in before."""

import secrets

from django.db import transaction

from accounts.actions.notices import tell
from accounts.choices import Told
from accounts.models import KnownBrowser, User
from accounts.sessions import hash_of_mark
from audit.actions import record


@transaction.atomic
def signed_in_from(*, user: User, mark: str, browser: str, address: str) -> str:
    """Return the mark that the browser keeps: its own when it is known, else a new one.

    The user is told about a new one, except about the first.
    """
    known = KnownBrowser.objects.filter(user=user)
    if mark and known.filter(mark=hash_of_mark(mark)).exists():
        return mark
    first = not known.exists()
    mark = mark or secrets.token_urlsafe(32)
    KnownBrowser.objects.create(user=user, mark=hash_of_mark(mark))
    if not first:
        record("account.new_browser", by=user, obj=user)
        tell(user=user, kind=Told.NEW_BROWSER, browser=browser, address=address)
    return mark
