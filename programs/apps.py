"""The programs app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Registers programs and its permissions."""

    name = "programs"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("programs.permissions")
