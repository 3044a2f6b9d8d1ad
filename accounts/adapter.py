"""How allauth behaves here: nobody signs up, no mail from a request, sign-ins are audited, secrets sealed."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import sessions
from accounts.actions.browsers import signed_in_from
from accounts.models import User
from audit.actions import record
from audit.actors import Actor
from config import clock
from config.crypto import open_secret, seal_secret

NOT_RIGHT = "The email address or the password is not right"


class StaffAdapter(DefaultAccountAdapter):
    """Staff accounts are made by an administrator; allauth only signs people in and out."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": NOT_RIGHT,
        "too_many_login_attempts": "That was tried too often. Wait a few minutes, or use a passkey",
        "enter_current_password": "That is not your present password. Type it again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Refuse: mail leaves through the outbox only, never from inside a request."""
        raise RuntimeError("accounts send no mail from a request")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password; an account that is switched off looks like none, whatever was typed."""
        user = super().authenticate(request, **credentials)
        if user is not None and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Answer a passkey of a switched-off account as if there were none."""
        record("account.sign_in_failed", by=Actor.public(), obj=user)
        messages.error(request, "That did not work. Try again, or ask your administrator")
        return redirect("account_login")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> Any:
        """Record the sign-in, note the session and the browser, then continue."""
        stamp = clock.real_now().timestamp()
        request.session[sessions.STARTED] = request.session[sessions.SEEN] = stamp
        record("account.signed_in", by=user, obj=user)
        sessions.note(request)
        mark = signed_in_from(
            user=user,
            mark=sessions.browser_mark(request),
            browser=sessions.browser_words(request.headers.get("user-agent", "")),
            address=sessions.address(request),
        )
        response = super().post_login(request, user, **kwargs)
        sessions.mark_browser(response, mark)
        return response

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

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the throttles count by."""
        return sessions.address(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing extra: our pages tell what happened."""


class SealedSecretsAdapter(DefaultMFAAdapter):
    """Keeps TOTP secrets and recovery-code seeds encrypted in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That is not right, or was used before. Type the code that the app shows now",
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret under the key ring."""
        return base64.b64encode(seal_secret(text.encode(), "mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return open_secret(base64.b64decode(encrypted_text), "mfa").decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the center in the browser's passkey window."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.CENTER_SHORT_NAME}

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Suggest a name that the user can change."""
        return "My passkey"
