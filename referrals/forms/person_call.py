"""How a call to somebody who waits for a partner went."""

from django import forms

from config.forms import SubmitForm
from referrals.choices import PersonCallOutcome


class PersonCallForm(SubmitForm):
    """One call; nothing is chosen beforehand. `shown` is the time that the page gave for it."""

    mark_optional = False
    shown = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="How did it go?",
        choices=PersonCallOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
