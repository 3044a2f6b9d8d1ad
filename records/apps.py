"""The records app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers records and its permissions."""

    name = "records"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("records.permissions")
