"""The programs app's place in the project."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Registers programs."""

    name = "programs"
