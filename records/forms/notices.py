"""Forms of the patient notice."""

from typing import Any

from django import forms

from config.forms import SubmitForm, limit_text
from records.choices_rights import Acknowledged, GivenHow
from records.notice_slots import SLOTS


class NoticeForm(SubmitForm):
    """Every slot in English and Spanish, and the day from which the notice holds."""

    effective_on = forms.DateField(
        label="Holds from", required=False, widget=forms.DateInput,
        help_text="Not earlier than the day on which you publish it.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, words, paragraph in SLOTS:
            for language, name in (("en", "English"), ("es", "Spanish")):
                field = forms.CharField(
                    label=f"{words}: {name}", required=False, help_text=paragraph,
                    widget=forms.Textarea(attrs={"rows": 5, "lang": language}),
                )  # fmt: skip
                limit_text(field)
                self.fields[f"{language}_{code}"] = field

    def texts(self, language: str) -> dict[str, str]:
        """Return the texts of one language by slot."""
        return {code: self.cleaned_data.get(f"{language}_{code}", "") for code, _, _ in SLOTS}


class GiveForm(SubmitForm):
    """How the notice was given, and what the person said."""

    how = forms.ChoiceField(
        label="How did the person get it?", choices=GivenHow.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select how the person got it"},
    )  # fmt: skip
    answer = forms.ChoiceField(
        label="What did the person say?", choices=Acknowledged.choices, widget=forms.RadioSelect,
        error_messages={"required": "Select what the person said"},
    )  # fmt: skip
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 2}), required=False)
