"""The ways in which somebody signed in shows that it is still them: password, authenticator, passkey.

allauth keeps the authenticators; this is the one place that asks it about them outside its own pages.
"""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError

from accounts.models import User


def kinds_of(user: User) -> frozenset[str]:
    """Return the kinds of authenticators that `user` has set up: "totp", "webauthn", "recovery_codes"."""
    return frozenset(Authenticator.objects.filter(user=user).values_list("type", flat=True))


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
