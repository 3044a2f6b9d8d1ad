"""The desk app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers desk and its permissions."""

    name = "desk"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("desk.permissions")
