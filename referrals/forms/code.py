"""The form for the spoken code."""

from django import forms

from config.forms import ClearwayForm, Look


class CodeForm(ClearwayForm):
    """The six digits that staff read out, and the link's own secret beside them."""

    ui = {"code": Look(width=10)}
    token = forms.CharField(widget=forms.HiddenInput, max_length=100)
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="6 digits. We read it to you by phone.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Enter the 6 digits of the code"},
    )
