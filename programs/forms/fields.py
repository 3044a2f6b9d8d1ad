"""Times as people type them: in the center's zone."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from intake.picture import center_zone


class CenterTimeField(forms.DateTimeField):
    """A date and time of the center's zone; the value is an aware datetime."""

    widget = forms.DateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Read what was typed as local time."""
        with timezone.override(center_zone()):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a moment as local time."""
        with timezone.override(center_zone()):
            return super().prepare_value(value)
