"""The forms of sign-in, in our words; allauth checks what is typed."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from django import forms

from accounts.factors import passkey_only
from accounts.passwords import PasswordRules
from audit.actions import record
from audit.actors import Actor

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class SignInForm(LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Email"
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)


class NewPasswordForm(ChangePasswordForm):
    """The present password, and a new one, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = ("Present password", "New password", "New password again")
        for field, label in zip(self.fields.values(), labels, strict=True):
            field.label = label
            field.widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = PasswordRules().get_help_text()


class CodeForm(AuthenticateForm):
    """The second step of signing in; a code is no way in for somebody who must use a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = forms.TextInput(attrs=_CODE)

    def clean_code(self) -> str:
        """Check the code. Raises ValidationError."""
        if passkey_only(self.user):
            raise forms.ValidationError("Your role signs in with a passkey. Use it, or ask to get back in")
        return super().clean_code()

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        record("account.second_factor_failed", by=self.user, obj=self.user, method="code")


class PasskeyAnswerForm(AuthenticateWebAuthnForm):
    """A passkey as the second step."""

    def clean_credential(self) -> Authenticator:
        """Check the answer. Raises ValidationError."""
        try:
            return super().clean_credential()
        except forms.ValidationError:
            record("account.second_factor_failed", by=self.user, obj=self.user, method="passkey")
            raise


class ActivateForm(ActivateTOTPForm):
    """The first code of an authenticator app; it counts as used, so that nobody signs in with it again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "The 6 digits"
        self.fields["code"].widget = forms.TextInput(attrs=_CODE)

    def clean_code(self) -> str:
        """Check the code. Raises ValidationError."""
        code = super().clean_code()
        if not totp.TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class PasskeyForm(AddWebAuthnForm):
    """A new passkey: always one that checks who holds it, so that it can sign in alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        self.fields["name"].help_text = "So that you know it again: work laptop, blue key"
        self.fields["name"].max_length = 60
        self.fields.pop("passwordless", None)

    def clean(self) -> dict:
        """Check the ceremony. Raises ValidationError, also when the holder was not checked."""
        self.cleaned_data["passwordless"] = True
        return super().clean()


class SignInByPasskeyForm(AuthenticateWebAuthnForm):
    """A passkey alone: it is two factors in one."""

    reauthenticated, passwordless = False, True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)

    def clean_credential(self) -> Authenticator:
        """Check the answer. Raises ValidationError."""
        try:
            return super().clean_credential()
        except forms.ValidationError:
            record("account.sign_in_failed", by=Actor.public())
            raise
