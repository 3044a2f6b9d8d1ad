"""The outbox app's place in the project."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers outbox."""

    name = "outbox"
