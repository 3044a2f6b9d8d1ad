"""Forms of the family program: a relative, attendance, a session."""

from collections.abc import Sequence
from typing import Any

from django import forms

from config.forms import Look, SubmitForm
from programs.choices_family import FamilyCame, FamilyTopic
from programs.forms.fields import CenterTimeField
from programs.forms.places import offer

Choices = Sequence[tuple[str, str]]


class EnrollForm(SubmitForm):
    """A relative who takes part."""

    ui = {"phone": Look(width=20)}
    name = forms.CharField(label="Name")
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    relation = forms.CharField(label="Relation to the person", help_text="For example: sister.")
    recipient = forms.ChoiceField(
        label="Named in consents as",
        required=False,
        help_text="Being on this list lets nobody be told anything. A consent that names them does.",
    )

    def __init__(self, *args: Any, helpers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "recipient", [("", "Nobody yet"), *helpers])

    def details(self) -> dict[str, str]:
        """Return the words."""
        return {key: self.cleaned_data[key].strip() for key in ("name", "phone", "relation")}


class AttendanceForm(SubmitForm):
    """Whether a relative was at a session."""

    member = forms.ChoiceField(label="Who")
    session = forms.ChoiceField(label="Session")
    came = forms.ChoiceField(label="Attendance", choices=FamilyCame.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: Choices, held: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "member", [("", "Select one"), *members])
        offer(self, "session", [("", "Select one"), *held])


class SessionForm(SubmitForm):
    """A session that the center holds for families."""

    starts_at = CenterTimeField(label="Begins", help_text="For example 2026-07-14 18:00.")
    topic = forms.ChoiceField(label="Topic", choices=[("", "Select one"), *FamilyTopic.choices])
    led_by = forms.ChoiceField(label="Led by")

    def __init__(self, *args: Any, leaders: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "led_by", [("", "Select one"), *leaders])
