"""Ending sessions: one's own, one of them, or all of somebody's."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actions.notices import tell
from accounts.choices import Told
from accounts.models import User
from audit.actions import record
from config.errors import Conflict


def _drop(rows: Any) -> int:
    """Delete the sessions of these rows, and the rows; return how many there were."""
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    return int(rows.delete()[0])


def drop_sessions(user: User) -> int:
    """End every session of `user`, inside the action that calls for it."""
    return _drop(UserSession.objects.filter(user=user))


@transaction.atomic
def end_own_session(*, by: User, session_id: int) -> None:
    """End one of one's own sessions. Raises Conflict when it is over already."""
    if not _drop(UserSession.objects.filter(user=by, pk=session_id)):
        raise Conflict("That sign-in is over already.")
    record("account.session_ended", by=by, obj=by, count=1)


@transaction.atomic
def end_other_sessions(*, by: User, here: str) -> int:
    """End all of one's own sessions but the one with the key `here`; return how many."""
    ended = _drop(UserSession.objects.filter(user=by).exclude(session_key=here))
    record("account.session_ended", by=by, obj=by, count=ended)
    return ended


@transaction.atomic
def end_all_sessions(*, by: User, user: User) -> int:
    """End every session of a member of staff, and tell them; return how many."""
    ended = drop_sessions(user)
    record("account.session_ended", by=by, obj=user, count=ended)
    tell(user=user, kind=Told.SESSIONS)
    return ended
