"""Every address of the product: public and partner, then staff."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("health/", include("outbox.urls")),
    # public and partner, in English and under /es/
    *i18n_patterns(
        path("", include("intake.urls_public")),
        path("sign/", include("records.urls_sign")),
        path("p/", include("referrals.urls_partner")),
        prefix_default_language=False,
    ),
    # staff
    path("accounts/", include("accounts.urls")),
    path("staff/", include("accounts.urls_staff")),
    path("staff/", include("intake.urls")),
    path("staff/", include("records.urls")),
    path("staff/", include("programs.urls")),
    path("staff/", include("referrals.urls")),
    path("staff/", include("desk.urls")),
]
