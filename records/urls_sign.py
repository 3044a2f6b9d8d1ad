"""Signing a consent on one's own device."""

from django.urls import path

from records.views import sign

app_name = "sign"

urlpatterns = [
    path("", sign.start, name="start"),
    path("read/", sign.read, name="read"),
    path("confirm/", sign.confirm, name="confirm"),
    path("done/", sign.done, name="done"),
    path("decline/", sign.decline, name="decline"),
    path("declined/", sign.declined, name="declined"),
    path("<slug:word>/", sign.start, name="word"),
]
