"""The programs app's place in the project."""

from importlib import import_module

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Registers programs and its permissions."""

    name = "programs"

    def ready(self) -> None:
        """Load what other parts look up by name; add the sweep and the hook into intake."""
        import_module("programs.permissions")
        clearances = import_module("programs.actions.clearances")
        import_module("outbox.sweeps").register(clearances.sweep_expired)
        voiding = import_module("programs.actions.voiding")
        import_module("intake.hooks").after_answers_changed.append(voiding.void_on_new_facts)
