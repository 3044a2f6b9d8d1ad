"""The form of one call after a stay."""

from django import forms

from config.forms import SubmitForm
from programs.choices_follow_up import CallResult, Naloxone


class FollowUpCallForm(SubmitForm):
    """How a call went; when it reached the person, what was said about naloxone, and a note."""

    result = forms.ChoiceField(
        label="How did it go?", choices=CallResult.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )  # fmt: skip
    naloxone = forms.ChoiceField(
        label="Naloxone at home",
        help_text="Only when you reached the person.",
        required=False,
        choices=Naloxone.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="How the person is, and what they need",
        help_text="Only when you reached the person. Their own words help most.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
