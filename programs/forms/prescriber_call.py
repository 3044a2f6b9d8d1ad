"""The form of one call to a prescriber."""

from django import forms

from config.forms import SubmitForm
from programs.choices_prescriber import CALL_RESULTS
from programs.forms.fields import CenterTimeField


class PrescriberCallForm(SubmitForm):
    """How the call went, what was told and said, and when to try again."""

    result = forms.ChoiceField(
        label="How did it go?", choices=CALL_RESULTS, widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )  # fmt: skip
    told = forms.CharField(
        label="What you told them",
        help_text="Only when a consent in force names them. It goes into the accounting of disclosures.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    words = forms.CharField(
        label="What they said, or why it is not needed",
        help_text="For example: which medicine, how much, since when, and what they changed.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_at = CenterTimeField(
        label="Next try", help_text="Only when nobody was reached: within three days.", required=False
    )
