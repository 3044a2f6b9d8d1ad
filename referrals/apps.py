"""The referrals app's place in the project."""

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Registers referrals."""

    name = "referrals"
