"""The outbox app's place in the project."""

from importlib import import_module

from django.apps import AppConfig

from outbox import sweeps


class OutboxConfig(AppConfig):
    """Registers outbox, and the mails about accounts."""

    name = "outbox"

    def ready(self) -> None:
        """Seal the trail with every sweep, tell a rotation which rows it must reach, load the mails."""
        sweeps.register(import_module("audit.sealer").seal_sweep)
        sweeps.register(import_module("audit.watch").watch_sweep)
        sweeps.register(import_module("audit.checkpoints").checkpoint_sweep)
        import_module("outbox.ring").register()
        import_module("outbox.account_mail")
