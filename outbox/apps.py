"""The outbox app's place in the project."""

from importlib import import_module

from django.apps import AppConfig

from outbox import sweeps


class OutboxConfig(AppConfig):
    """Registers outbox, and the sweeps of the apps below it, which can't know it."""

    name = "outbox"

    def ready(self) -> None:
        """Let the trail be sealed with every sweep; tell a rotation which rows it must reach."""
        sweeps.register(import_module("audit.sealer").seal_sweep)
        import_module("outbox.ring").register()
