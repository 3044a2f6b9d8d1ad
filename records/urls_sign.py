"""Signing a consent on one's own device."""

from django.urls import URLPattern, URLResolver

app_name = "sign"

urlpatterns: list[URLPattern | URLResolver] = []
