"""allauth's pages on which somebody changes how they sign in: each change is audited and told."""

from typing import Any

from allauth.account.views import PasswordChangeView
from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy

from accounts.actions.notices import factor_changed
from accounts.choices import Told
from accounts.factors import must_use_passkey


class Recorded:
    """Writes the change, its audit event and its notice in one transaction."""

    event: str
    told: Told

    def form_valid(self, form: Any) -> HttpResponse:
        """Do what allauth does, then record and tell."""
        with transaction.atomic():
            response = super().form_valid(form)  # type: ignore[misc]
            factor_changed(by=self.request.user, event=self.event, kind=self.told)  # type: ignore[attr-defined]
        return response


class Factors(IndexView):
    """Show the ways of signing in."""

    def get_context_data(self, **kwargs: Any) -> dict:
        """Say also whether the role must use a passkey."""
        return {**super().get_context_data(**kwargs), "passkey_required": must_use_passkey(self.request.user)}


class ActivateApp(Recorded, ActivateTOTPView):
    """Set up an authenticator app."""

    event, told = "account.app_added", Told.FACTOR_ADDED


class DeactivateApp(Recorded, DeactivateTOTPView):
    """Remove the authenticator app."""

    event, told = "account.app_removed", Told.FACTOR_REMOVED


class AddPasskey(Recorded, AddWebAuthnView):
    """Make a passkey that can sign in alone."""

    event, told = "account.passkey_added", Told.FACTOR_ADDED

    def get_context_data(self, **kwargs: Any) -> dict:
        """Ask the browser for a passkey that it keeps and that checks who holds it."""
        page = super().get_context_data(**kwargs)
        page["question"] = webauthn.begin_registration(self.request.user, True)
        return page


class RemovePasskey(Recorded, RemoveWebAuthnView):
    """Remove one of one's passkeys."""

    event, told = "account.passkey_removed", Told.FACTOR_REMOVED
    success_url = reverse_lazy("mfa_index")


class NewRecoveryCodes(Recorded, GenerateRecoveryCodesView):
    """Replace the recovery codes."""

    event, told = "account.recovery_codes_made", Told.RECOVERY_CODES


class ChangePassword(Recorded, PasswordChangeView):
    """Choose another password."""

    event, told = "account.password_changed", Told.PASSWORD

    def get_default_success_url(self) -> str:
        """Lead to the account."""
        return reverse("account_home")
