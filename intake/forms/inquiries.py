"""The form of a call about somebody."""

from django import forms

from config.forms import Look, SubmitForm
from records.choices import Language


class InquiryForm(SubmitForm):
    """A message, if there is one. It asks for nobody's name."""

    ui = {"language": Look(inline=True)}
    message = forms.CharField(
        label="Message",
        required=False,
        max_length=5000,
        help_text="In the caller's words, with how to reach them if they want that. Nobody is linked to it.",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    language = forms.ChoiceField(
        label="Language of the call",
        choices=Language.choices,
        widget=forms.RadioSelect,
        initial=Language.ENGLISH,
    )
