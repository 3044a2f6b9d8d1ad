"""A call after a pause."""

from django import forms

from config.forms import Look, SubmitForm
from intake.choices_pause import AGAIN, PauseResult


class PauseCallForm(SubmitForm):
    """How the call went, and when the next one is."""

    mark_optional = False
    ui = {"follow_up_on": Look(width=10, shown_when=(("result", tuple(AGAIN), None),))}
    result = forms.ChoiceField(
        label="How did it go?",
        choices=PauseResult.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )
    follow_up_on = forms.DateField(label="Day of the next call", required=False, widget=forms.DateInput)
    words = forms.CharField(
        label="What was said", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
