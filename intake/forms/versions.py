"""Correcting a signed version, giving a correction up, and answering a clinician's question."""

from django import forms

from config.forms import SubmitForm
from intake.choices import AnswerKind


class CorrectForm(SubmitForm):
    """Why a signed version is corrected."""

    reason = forms.CharField(
        label="What has to be corrected, and why?",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="This stays with both versions.",
        error_messages={"required": "Say what has to be corrected"},
    )


class AnswerForm(SubmitForm):
    """What came of a clinician's question."""

    mark_optional = False

    kind = forms.ChoiceField(
        label="What came of it?",
        choices=[choice for choice in AnswerKind.choices if choice[0]],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how you answer"},
    )
    words = forms.CharField(
        label="Your answer, in words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="Needed when you answer in words. The clinician reads it.",
    )
