"""Members of staff, and how long ago they signed in."""

from datetime import timedelta

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from accounts.models import User
from accounts.sessions import STARTED
from config import clock

PASSWORD = "quiet harbor 2026 lantern"


def make_user(role: str = "admissions", name: str = "ana") -> User:
    """Create a member of staff with `PASSWORD`."""
    return User.objects.create_user(
        f"{name}@demo.example", PASSWORD, display_name=f"{name.title()} Reyes", role=role
    )


def make_stale(client: Client) -> None:
    """Let the client's sign-in be too long ago for what asks again; `force_login` alone is just now."""
    session = client.session
    long_ago = clock.real_now() - timedelta(minutes=settings.STEP_UP_MINUTES, seconds=1)
    session[STARTED] = long_ago.timestamp()
    session.save()


def set_up_totp(user: User) -> str:
    """Give the user an authenticator app; return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def present_code(secret: str) -> str:
    """Return the code that the authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
