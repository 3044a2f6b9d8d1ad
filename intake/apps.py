"""The intake app's place in the project."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers intake."""

    name = "intake"
