"""The form that closes a review."""

from django import forms

from config.forms import SubmitForm
from records.choices import Finding


class CloseReviewForm(SubmitForm):
    """What was found, and a note."""

    finding = forms.ChoiceField(
        label="What did you find?",
        choices=Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you found"},
    )
    note = forms.CharField(
        label="What you looked at, and why you think so",
        help_text="Stored sealed. With a follow-up, say who does what.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
        error_messages={"required": "Write what you looked at"},
    )
