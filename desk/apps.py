"""The desk app's place in the project."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers desk."""

    name = "desk"
