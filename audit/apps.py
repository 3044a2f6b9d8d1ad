"""The audit app's place in the project."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers audit."""

    name = "audit"
