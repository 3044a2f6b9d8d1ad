"""Forms of a care team: add a colleague, give a person away, hand the list over."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from config.forms import Look, SubmitForm
from records.forms.consents import CenterDateTimeField


class ColleagueField(forms.ModelChoiceField):
    """A colleague, shown by name and role."""

    def __init__(self, **more: Any) -> None:
        words = {"required": "Select a colleague", "invalid_choice": "Select a colleague"}
        super().__init__(User.objects.none(), empty_label="Select", error_messages=words, **more)

    def label_from_instance(self, obj: Any) -> str:
        """Return name and role."""
        return f"{obj.display_name}, {obj.get_role_display().lower()}"


class AddColleagueForm(SubmitForm):
    """Whom to add, and until when."""

    ui = {"until": Look(width=20)}
    user = ColleagueField(label="Colleague")
    until = CenterDateTimeField(
        label="Until",
        required=False,
        help_text="Center time. Leave it empty for as long as the work goes on.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues


class HandOverForm(SubmitForm):
    """Who takes one person over."""

    user = ColleagueField(label="Who takes over")

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues


class HandListOverForm(AddColleagueForm):
    """Who works with all of one's people, until when."""

    def __init__(self, *args: Any, colleagues: QuerySet[User], until: datetime, **kwargs: Any) -> None:
        initial = {"until": until, **kwargs.pop("initial", {})}
        super().__init__(*args, colleagues=colleagues, initial=initial, **kwargs)
        self.fields["until"].required = True
        self.fields["until"].help_text = "Center time. Then your people are off their list again by itself."
        self.fields["until"].error_messages["required"] = "Enter until when"
