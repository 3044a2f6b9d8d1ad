"""Times as people type them: in the center's zone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy


class CenterTimeField(forms.DateTimeField):
    """A date and time typed and shown in the center's zone; the value is an aware datetime."""

    widget = forms.DateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Read the text as the center's local time."""
        with timezone.override(ZoneInfo(settings.CENTER_TIME_ZONE)):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a moment as the center's local time."""
        with timezone.override(ZoneInfo(settings.CENTER_TIME_ZONE)):
            return super().prepare_value(value)


def said(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return stored words with their labels in the language of the page."""
    return [(code, gettext_lazy(label)) for code, label in choices]


def next_hour(now: datetime, plus: int = 0) -> datetime:
    """Return the full hour `plus` hours after the one that comes next, in the center's zone."""
    local = now.astimezone(ZoneInfo(settings.CENTER_TIME_ZONE))
    return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=plus + 1)
