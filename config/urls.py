"""Every address of the product: public, staff, partner, in that order."""

from django.urls import include, path

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"

urlpatterns = [
    path("health/", include("outbox.urls")),
    path("accounts/", include("accounts.urls")),
]
