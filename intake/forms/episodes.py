"""Starting an episode, the safety disposition, and putting an assessment on hold."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from config.forms import Look, SubmitForm
from intake.choices import CallbackResult, DispositionAction, HoldReason
from records.choices import Language
from records.phones import parse_phone

NEW_PERSON = "new"


class StartEpisodeForm(SubmitForm):
    """Who the episode is for. `matches` are people on file with the same name or phone; staff choose."""

    ui = {"phone": Look(width=20), "date_of_birth": Look(width=10), "language": Look(inline=True)}
    name = forms.CharField(
        label="Person's name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    preferred_name = forms.CharField(
        label="Likes to be called",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    phone = forms.CharField(
        label="Phone number",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    date_of_birth = forms.DateField(label="Date of birth", required=False)
    language = forms.ChoiceField(label="Language", choices=Language.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_phone(self) -> str | None:
        """Return the number as E.164, or None when none was given."""
        text = self.cleaned_data["phone"]
        if not text:
            return None
        number = parse_phone(text)
        if number is None:
            raise ValidationError("Phone number must have 10 digits, like 804 555 0123", code="phone")
        return number

    def clean_date_of_birth(self) -> str | None:
        """Return an ISO date in the past, at most 130 years ago."""
        born = self.cleaned_data["date_of_birth"]
        if born is None:
            return None
        if born > self.today:
            raise ValidationError("Date of birth must be in the past", code="future")
        if born.year < self.today.year - 130:
            raise ValidationError("Date of birth must be within the last 130 years", code="past")
        return born.isoformat()

    def offer(self, matches: list[tuple[str, str]]) -> None:
        """Ask whether this is one of the people on file; nothing is chosen beforehand."""
        self.fields["use_person"] = forms.ChoiceField(
            label="Is this someone on file?",
            choices=[*matches, (NEW_PERSON, "No, this is a new person")],
            widget=forms.RadioSelect,
            error_messages={"required": "Choose whether this is someone on file"},
        )

    def person(self) -> dict[str, Any]:
        """The fields of a new person."""
        names = ("name", "preferred_name", "phone", "date_of_birth", "language")
        return {name: self.cleaned_data[name] or None for name in names}


class DispositionForm(SubmitForm):
    """What was done about an emergency. Only clinicians and supervisors can say that it was none."""

    ui = {"told_911_at": Look(width=10)}
    actions = forms.MultipleChoiceField(
        label="What was done?",
        choices=DispositionAction.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what was done"},
    )
    told_911_at = forms.TimeField(
        label="Told to call 911 at", required=False, widget=forms.TimeInput, help_text="Center time."
    )
    place = forms.CharField(
        label="Where is the caller? Ask for the address",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label="Note, with times", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args: Any, may_doubt: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_doubt:
            field = self.fields["actions"]
            field.choices = [c for c in field.choices if c[0] != DispositionAction.NOT_AN_EMERGENCY]

    def told(self) -> dict[str, str]:
        """The time and the place, as text; empty where nothing was said."""
        at = self.cleaned_data["told_911_at"]
        return {"told_911_at": at.strftime("%H:%M") if at else "", "place": self.cleaned_data["place"]}


class AdditionForm(SubmitForm):
    """What a clinician or supervisor adds to an emergency afterwards."""

    not_emergency = forms.BooleanField(label="It was not an emergency after all", required=False)
    reason = forms.CharField(
        label="What you add, and why", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class ReportUseForm(SubmitForm):
    """A use that was reported outside the assessment."""

    ui = {"used_at": Look(width=20)}
    substance = forms.CharField(
        label="What was used", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    used_at = forms.DateTimeField(
        label="Time of use",
        help_text="Center time, like 2026-07-14 09:30. If it isn't known, the latest time it can have been.",
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )


class CallbackForm(SubmitForm):
    """How one try to call back went."""

    result = forms.ChoiceField(
        label="How did it go?",
        choices=CallbackResult.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the call went"},
    )


class HoldForm(SubmitForm):
    """Why an assessment waits, and until when."""

    reason = forms.ChoiceField(
        label="Why does it wait?",
        choices=HoldReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why it waits"},
    )
    until = forms.DateTimeField(label="Go on at", required=False, help_text="Center time.")
