"""Sign-in, second factor and password, by allauth. Only the pages listed here exist: nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path

from accounts.access import Access

_PUBLIC, _SIGNED_IN = Access("public"), Access("signed_in")
_FRESH, _FRESH_TO_SEE = Access("signed_in", fresh=True), Access("signed_in", fresh=True, export=True)

# Third-party views can't carry our decorators; this names who may open each.
ALLAUTH_ACCESS = {
    "account_login": _PUBLIC,
    "mfa_authenticate": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_change_password": _FRESH_TO_SEE,
    "mfa_index": _SIGNED_IN,
    "mfa_activate_totp": _FRESH_TO_SEE,
    "mfa_deactivate_totp": _FRESH,
    "mfa_view_recovery_codes": _FRESH_TO_SEE,
    "mfa_generate_recovery_codes": _FRESH,
    "mfa_download_recovery_codes": _FRESH_TO_SEE,
}

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
