"""Forms of restricted records and of opening one in an emergency."""

from django import forms

from config.forms import Look, SubmitForm
from records.choices import EmergencyReason, RestrictReason


class EmergencyForm(SubmitForm):
    """Which record, and why."""

    ui = {"reference": Look(width=20)}
    reference = forms.CharField(
        label="Reference",
        max_length=20,
        help_text="Of a person or an episode, like JH-7K3MA",
        error_messages={"required": "Enter the reference"},
    )
    reason = forms.ChoiceField(
        label="Reason",
        choices=EmergencyReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the reason"},
    )
    words = forms.CharField(
        label="What is going on",
        min_length=20,
        max_length=2000,
        help_text="At least 20 characters. Stored sealed; the reviewer reads it.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write what is going on",
            "min_length": "Write at least 20 characters about what is going on",
        },
    )

    def clean_reference(self) -> str:
        """Return it as it is stored."""
        return self.cleaned_data["reference"].strip().upper()


class RestrictForm(SubmitForm):
    """Why a record is restricted."""

    reason = forms.ChoiceField(
        label="Why",
        choices=RestrictReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select why"},
    )
