"""The desk app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers desk and its permissions."""

    name = "desk"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("desk.permissions")
        alerts = import_module("desk.alerts")
        import_module("audit.hooks").after_alarm.append(alerts.review_damage)
        import_module("outbox.sweeps").register(alerts.review_many_records)
