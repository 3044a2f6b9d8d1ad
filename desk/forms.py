"""The desk's forms."""

from datetime import timedelta

from django import forms

from config.forms import ClearwayForm
from desk.demo.clock import STEPS


class DemoClockForm(ClearwayForm):
    """How far to move the demo clock."""

    step = forms.ChoiceField(
        label="Move the clock", choices=[("15m", "+15 min"), ("1h", "+1 h"), ("1d", "+1 day")]
    )

    def clean_step(self) -> timedelta:
        """Return the step as a duration."""
        return STEPS[self.cleaned_data["step"]]
