"""The intake app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers intake and its permissions."""

    name = "intake"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("intake.permissions")
        import_module("intake.notices")
