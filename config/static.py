"""Which of the packages' static files are worth collecting."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class CollectedFiles(StaticFilesConfig):
    """Django's own app, without the variants that no page uses: compressing them takes most of a start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "bootstrap-*",  # grid, reboot and utilities are in the whole
        "*.rtl.*",
        "bootstrap.esm.*",
        "ext",  # htmx extensions
        "*htmx-4.*",
        "htmax-*",
    ]
