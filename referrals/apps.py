"""The referrals app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    """Registers referrals and its permissions."""

    name = "referrals"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("referrals.permissions")
