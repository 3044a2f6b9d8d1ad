"""The records app's place in the project."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Registers records."""

    name = "records"
