"""The accounts app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers accounts and what roles may do with them."""

    name = "accounts"

    def ready(self) -> None:
        """Load permissions; tell a rotation of the key ring which rows it must reach."""
        import_module("accounts.permissions")
        import_module("accounts.ring").register()
