"""A session of a signed-in browser: when it began, when it was last used, its row in the list."""

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

# Keys in the session; epoch seconds of the wall clock.
STARTED, SEEN = "started_at", "seen_at"


def rotate(request: HttpRequest) -> None:
    """Give the session a new key, and take its row along."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
