"""Forms of complaints."""

from django import forms

from config.forms import SubmitForm


class AnswerForm(SubmitForm):
    """What was found, and what was done."""

    answer = forms.CharField(
        label="What did you find, and what was done?", widget=forms.Textarea(attrs={"rows": 4}),
        help_text="When the person left a way to reach them, answer there first.",
    )  # fmt: skip
