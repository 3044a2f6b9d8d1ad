"""Sign-in, second factor, one's own account. Of allauth's pages only those listed here exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from accounts.access import Access
from accounts.views import factors, join, own

_PUBLIC, _SIGNED_IN = Access("public"), Access("signed_in")
_FRESH, _FRESH_TO_SEE = Access("signed_in", fresh=True), Access("signed_in", fresh=True, export=True)

# Third-party views can't carry our decorators; this names who may open each.
ALLAUTH_ACCESS = {
    "account_login": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "mfa_authenticate": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_change_password": _FRESH_TO_SEE,
    "mfa_index": _SIGNED_IN,
    "mfa_activate_totp": _FRESH_TO_SEE,
    "mfa_deactivate_totp": _FRESH,
    "mfa_add_webauthn": _FRESH_TO_SEE,
    "mfa_remove_webauthn": _FRESH,
    "mfa_view_recovery_codes": _FRESH_TO_SEE,
    "mfa_generate_recovery_codes": _FRESH,
}

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("logout/", account.logout, name="account_logout"),
    path("link/<str:token>/", join.join, name="account_link"),
    path("", own.home, name="account_home"),
    path("stay/", own.stay, name="account_stay"),
    path("here/", own.here, name="account_here"),
    path("unsaved/", own.unsaved, name="account_unsaved"),
    path("seen/", own.seen, name="account_seen"),
    path("sessions/end-others/", own.end_others, name="account_end_others"),
    path("sessions/<int:session_id>/end/", own.end_session, name="account_end_session"),
    path("password/change/", factors.ChangePassword.as_view(), name="account_change_password"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/", factors.Factors.as_view(), name="mfa_index"),
    path("2fa/totp/activate/", factors.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", factors.DeactivateApp.as_view(), name="mfa_deactivate_totp"),
    path("2fa/passkeys/new/", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", factors.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        factors.NewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
