"""The ways in which somebody signed in shows that it is still them: password, authenticator, passkey.

allauth keeps the authenticators; this is the one place that asks it about them outside its own pages.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.choices import Role
from accounts.models import User

# Who is advised to use a passkey, also where it isn't required.
ADVISED = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def kinds_of(user: User) -> frozenset[str]:
    """Return the kinds of authenticators that `user` has set up: "totp", "webauthn", "recovery_codes"."""
    return frozenset(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def must_use_passkey(user: User) -> bool:
    """Say whether the user's role signs in with a passkey (REQUIRE_PASSKEY_FOR)."""
    return user.role in settings.REQUIRE_PASSKEY_FOR


def passkey_only(user: User) -> bool:
    """Say whether passwords and codes count no more: the role must use a passkey, and there is one."""
    return must_use_passkey(user) and "webauthn" in kinds_of(user)


def enough_for(user: User) -> bool:
    """Say whether the user has the second factor that they need; outside of demo mode everybody needs one."""
    if must_use_passkey(user):
        return "webauthn" in kinds_of(user)
    return not settings.MFA_REQUIRED or is_mfa_enabled(user)


def right_code(user: User, code: str) -> bool:
    """Say whether `code` is the present one of the user's authenticator app; it then counts as used."""
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return bool(app and app.wrap().validate_code(code.replace(" ", "")))


def passkey_question(user: User) -> dict[str, Any]:
    """Return what a browser needs to ask the user's passkey; the challenge stays in the session."""
    return webauthn.begin_authentication(user)


def right_passkey(user: User, answer: str) -> bool:
    """Say whether `answer` (JSON from the browser) is a passkey of `user` answering the last question."""
    try:
        response = json.loads(answer)
        webauthn.parse_authentication_response(response)
        webauthn.complete_authentication(user, response).record_usage()
    except (ValueError, ValidationError, AttributeError, KeyError):
        return False
    return True
