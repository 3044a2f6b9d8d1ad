"""How allauth behaves here: nobody signs up, no mail from a request, sign-ins are audited, secrets sealed."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from accounts.models import User
from accounts.sessions import STARTED
from audit.actions import record
from audit.actors import Actor
from config import clock
from config.crypto import open_secret, seal_secret


class StaffAdapter(DefaultAccountAdapter):
    """Staff accounts are made by an administrator; allauth only signs people in and out."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Refuse: mail leaves through the outbox only, never from inside a request."""
        raise RuntimeError("accounts send no mail from a request")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Record the sign-in, then continue."""
        request.session[STARTED] = clock.real_now().timestamp()
        record("account.signed_in", by=user, obj=user)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record a failed try; for an address that exists, on that account."""
        email = str(credentials.get("email", "")).lower()
        account = User.objects.filter(email=email).first()
        record("account.sign_in_failed", by=Actor.public(), obj=account)
        super().authentication_failed(request, **credentials)

    def is_reauthentication_required(self, app: str) -> bool:
        """Never by allauth: its views that change a way of signing in are `fresh` (`accounts/step_up.py`)."""
        return False

    def logout(self, request: HttpRequest) -> None:
        """Record the sign-out, then clear the session."""
        if request.user.is_authenticated:
            record("account.signed_out", by=request.user, obj=request.user)
        super().logout(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing extra: our pages tell what happened."""


class SealedSecretsAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery-code seeds encrypted in the database."""

    def encrypt(self, text: str) -> str:
        """Seal a secret under the key ring."""
        return base64.b64encode(seal_secret(text.encode(), "mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return open_secret(base64.b64decode(encrypted_text), "mfa").decode()
