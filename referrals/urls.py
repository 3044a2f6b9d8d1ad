"""Partners, referrals and who is out at detox, for staff."""

from django.urls import URLPattern, URLResolver

app_name = "referrals"

urlpatterns: list[URLPattern | URLResolver] = []
