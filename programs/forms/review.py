"""Asking several questions at once, and a second clinician's view."""

from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from intake.actions.review_questions import MOST, Asked

SEPARATOR = "/"


class AskForm(SubmitForm):
    """One to twenty questions, each with what it is about."""

    mark_optional = False

    def __init__(self, *args: Any, choices: list, count: int, about: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(count, 1), MOST)
        for number in range(self.count):
            few = self.count == 1
            self.fields[f"about-{number}"] = forms.ChoiceField(
                label="About" if few else f"Question {number + 1} is about",
                choices=choices,
                required=False,
                initial=about if number == 0 else "",
            )
            self.fields[f"text-{number}"] = forms.CharField(
                label="Question" if few else f"Question {number + 1}",
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self) -> dict:
        """At least one question has words."""
        cleaned = super().clean() or self.cleaned_data
        if not self.questions(cleaned):
            self.add_error("text-0", "Write what you need to know")
        return cleaned

    def questions(self, cleaned: dict | None = None) -> list[Asked]:
        """Return the questions that have words."""
        given = self.cleaned_data if cleaned is None else cleaned
        asked = []
        for number in range(self.count):
            section, _, field = (given.get(f"about-{number}") or "").partition(SEPARATOR)
            asked.append(Asked((given.get(f"text-{number}") or "").strip(), section, field))
        return [one for one in asked if one.text]


class SecondViewForm(SubmitForm):
    """What a second clinician says of a decision below the rules. Nothing is preselected."""

    mark_optional = False
    ui = {"says": Look(inline=True)}

    says = forms.ChoiceField(
        label="Your view",
        choices=[("agree", "I agree with this decision"), ("decline", "I don't agree")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select your view"},
    )
    words = forms.CharField(
        label="Why not",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when you don't agree: at least 20 characters. This stays in the record.",
    )
