"""The intake app's place in the project."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class IntakeConfig(AppConfig):
    """Registers intake and its permissions."""

    name = "intake"

    def ready(self) -> None:
        """Load what other parts look up by name."""
        import_module("intake.permissions")
        import_module("intake.notices")
        import_module("intake.instrument_wording").packs(settings.INSTRUMENT_TEXT_FOLDER)
        merging = import_module("intake.merging")
        import_module("records.hooks").before_merge.append(merging.open_episode)
