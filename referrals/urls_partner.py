"""What a partner sees, by link."""

from django.urls import URLPattern, URLResolver

app_name = "partner"

urlpatterns: list[URLPattern | URLResolver] = []
