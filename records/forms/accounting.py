"""The days of an accounting."""

from django import forms

from config.forms import ClearwayForm


class WindowForm(ClearwayForm):
    """From which day to which; empty means the last three years."""

    first = forms.DateField(label="First day", required=False, widget=forms.DateInput)
    last = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput, help_text="Up to six years back."
    )
    without_tpo = forms.BooleanField(label="Leave out treatment, payment and operations", required=False)
